//! Which referrals start a Referral program.

use std::collections::BTreeSet;

use super::ProgramType;
use crate::intake::ReferralOrigin;
use crate::invalid::FieldError;
use crate::referral::Referral;
use crate::text::Code;

/// Which referrals start a Referral program. Programs of other types have the default, which means
/// nothing there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReferralFilter {
    /// Where they come from.
    pub origins: ReferralOrigins,
    /// Of which types they are.
    pub types: ReferralTypes,
}

/// Where the referrals come from that start a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferralOrigins {
    /// Only from outside the practice.
    #[default]
    External,
    /// Those that our own outbound ones have made, too.
    Any,
}

impl ReferralOrigins {
    /// Both.
    pub const ALL: [Self; 2] = [Self::External, Self::Any];

    /// The name used in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Any => "any",
        }
    }

    /// The origins of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origins| origins.as_str() == text)
    }

    const fn admit(self, origin: ReferralOrigin) -> bool {
        match (self, origin) {
            (Self::External | Self::Any, ReferralOrigin::External)
            | (Self::Any, ReferralOrigin::Internal) => true,
            (Self::External, ReferralOrigin::Internal) => false,
        }
    }
}

/// Of which types the referrals are that start a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReferralTypes {
    /// Of any, or of none that is known.
    #[default]
    Any,
    /// Of these, by the senders' codes.
    Selected(BTreeSet<Code>),
}

impl ReferralTypes {
    /// Those of these codes; any, when there is none.
    pub fn of(codes: BTreeSet<Code>) -> Self {
        if codes.is_empty() { Self::Any } else { Self::Selected(codes) }
    }

    /// The codes that are selected; none when any will do.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        match self {
            Self::Any => None,
            Self::Selected(codes) => Some(codes.iter()),
        }
        .into_iter()
        .flatten()
    }
}

impl ReferralFilter {
    /// Whether a referral starts the program. One whose type is not told yet starts only what takes
    /// any: once it is told, it starts the others.
    pub fn admits(&self, referral: &Referral) -> bool {
        let of_type = match &self.types {
            ReferralTypes::Any => true,
            ReferralTypes::Selected(codes) => {
                referral.referral_type.iter().any(|code| codes.contains(code))
            }
        };
        of_type && self.origins.admit(referral.origin)
    }

    /// What is wrong with it on a program of that type: only a Referral program is started by
    /// referrals.
    pub fn misfits(&self, kind: ProgramType) -> Vec<FieldError> {
        let said = match kind {
            ProgramType::Referral => Vec::new(),
            ProgramType::General
            | ProgramType::Recall
            | ProgramType::Program
            | ProgramType::Booking => {
                let origins =
                    (self.origins != ReferralOrigins::default()).then_some("/referral_origins");
                let types = (self.types != ReferralTypes::default()).then_some("/referral_types");
                origins.into_iter().chain(types).collect()
            }
        };
        let detail = "only a referral program is started by referrals; leave it out";
        said.into_iter().map(|pointer: &str| FieldError::new(pointer, detail)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn a_program_takes_the_referrals_it_says() {
        use ReferralOrigin::{External, Internal};
        let code = |text: &str| Code::parse(text).unwrap();
        let only = || ReferralTypes::of(BTreeSet::from([code("podiatry")]));
        let any = ReferralTypes::default;
        let (podiatry, other) = (["x-1", "podiatry"].as_slice(), ["physio"].as_slice());
        let untold: &[&str] = &[];
        let cases = [
            (ReferralOrigins::External, any(), External, untold, true),
            (ReferralOrigins::External, any(), Internal, untold, false),
            (ReferralOrigins::Any, any(), Internal, other, true),
            (ReferralOrigins::Any, any(), External, podiatry, true),
            (ReferralOrigins::External, only(), External, podiatry, true),
            (ReferralOrigins::External, only(), External, other, false),
            (ReferralOrigins::External, only(), External, untold, false),
            (ReferralOrigins::External, only(), Internal, podiatry, false),
        ];
        for (origins, types, origin, codes, takes) in cases {
            let mut referral = sample();
            referral.origin = origin;
            referral.referral_type = codes.iter().map(|text| code(text)).collect();
            let filter = ReferralFilter { origins, types };
            assert_eq!(filter.admits(&referral), takes, "{filter:?} {referral:?}");
        }
    }

    #[test]
    fn only_a_referral_program_says_which_referrals_start_it() {
        let types = ReferralTypes::of(BTreeSet::from([Code::parse("podiatry").unwrap()]));
        let filter = ReferralFilter { origins: ReferralOrigins::Any, types };
        for kind in ProgramType::ALL {
            let wrong = if kind == ProgramType::Referral { 0 } else { 2 };
            assert_eq!(filter.misfits(kind).len(), wrong, "{kind:?}");
            assert_eq!(ReferralFilter::default().misfits(kind), [], "{kind:?}");
        }
    }
}
