//! Builders of referrals, and of what a system tells of them.

use domain::ids::ProgramId;
use domain::intake::{
    PresentedPatient, ReferralEventKind, ReferralOrigin, ToldReferral, ToldReferralDetails, When,
};
use domain::patient::{Gp, GpName};
use domain::phi::Phi;
use domain::program::{Action, Course, Program, ProgramName, ProgramType};
use domain::text::{Code, ExternalId};

use crate::build;

/// The system that tells of referrals. It is the one that knows the patient.
///
/// # Panics
/// Never: it is a code.
pub fn source() -> Code {
    Code::parse("diary").expect("a code")
}

/// Who refers: Dr Amara Okafor, with an address.
///
/// # Panics
/// Never: it is a name.
pub fn referrer() -> Phi<Gp> {
    let name = GpName::parse("Dr Amara Okafor").expect("a name");
    Phi::new(Gp {
        name,
        practice: None,
        address: Some(build::address("9 Ridge Road")),
        email: None,
    })
}

/// An event of Maria's referral R-1, as the sender counts them. It is from outside, and incomplete: it
/// names neither type, nor day, nor referrer.
///
/// # Panics
/// Never: its texts are valid.
pub fn told(version: u64, kind: ReferralEventKind) -> ToldReferral {
    let id = |text| ExternalId::parse(text).expect("a key");
    ToldReferral {
        id: id("R-1"),
        kind,
        version: Some(version),
        time: When::Instant(build::at("2026-11-22T08:00:00Z")),
        details: Some(ToldReferralDetails {
            referral_type: Vec::new(),
            issued: None,
            valid_until: None,
            origin: ReferralOrigin::External,
            referrer: None,
            patient: PresentedPatient::by_id(id("P-1001")),
        }),
        site: vec![build::site().code],
    }
}

/// An enabled program that is started by any referral from outside.
///
/// # Panics
/// Never: its texts are valid.
pub fn program(n: u128, actions: Vec<Action>) -> Program {
    let kind = ProgramType::Referral;
    Program {
        id: ProgramId::new(build::number(n)),
        kind,
        name: ProgramName::parse(&format!("Referral {n}")).expect("a name"),
        course: Course::ONCE,
        completion: kind.usual_completion(),
        ..build::program(actions)
    }
}
