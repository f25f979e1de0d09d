//! What an answer does.

use std::collections::BTreeSet;

use domain::booking::VisitAnswer;
use domain::hold::HoldCause;
use domain::ids::SiteId;
use domain::phi::Phi;
use domain::phone::MobileNumber;
use domain::reply::{
    Fit, Meaning, Origin, Reading, ReplyText, ReplyValue, ValueRule, meaning, reading,
};

use super::answered::{Candidates, Message, has_number};
use super::case::{Case, nothing};
use super::work::{About, Why};
use super::{Incoming, Receiver};
use crate::ports::{
    AddressHolds, Bookings, Catalogue, EnrolmentReader, Register, Replies, ReplyChange,
    SentMessages, StoreError,
};
use crate::readable::if_readable;

impl<R, S, C, P, E, B> Receiver<R, S, C, P, E, B>
where
    R: Replies,
    S: SentMessages,
    C: Catalogue,
    P: Register + AddressHolds,
    E: EnrolmentReader,
    B: Bookings,
{
    /// Everything that an answer changes.
    pub(super) async fn consider(&self, incoming: &Incoming) -> Result<ReplyChange, StoreError> {
        let mut change = match &incoming.from {
            Origin::Mobile(from) => self.of_mobile(incoming, from).await?,
            Origin::Other(_) => of_other(incoming),
        };
        if change.raise.iter().any(|work| work.site.is_none()) {
            let site = self.texted(&incoming.to).await?;
            for work in change.raise.iter_mut().filter(|work| work.site.is_none()) {
                work.site.clone_from(&site);
            }
        }
        Ok(change)
    }

    async fn of_mobile(
        &self,
        incoming: &Incoming,
        from: &MobileNumber,
    ) -> Result<ReplyChange, StoreError> {
        let text = ReplyText::of(incoming.text.reveal());
        let meaning = meaning(text.as_str());
        let candidates = match meaning {
            // Whatever was answered by it, it means the number; nothing may keep it from that.
            Meaning::Stop => Candidates::Unknown,
            Meaning::Start
            | Meaning::Cancel
            | Meaning::StopSounding
            | Meaning::Yes
            | Meaning::No
            | Meaning::Text => self.candidates(incoming, from).await?,
        };
        let patients = self.on_number(from).await?;
        let case = Case { incoming, from, text: Phi::new(text), patients, candidates };
        let mut change = case.change(meaning);
        match meaning {
            Meaning::Stop => self.stop(&case, &mut change).await?,
            Meaning::Start => self.start(&case, &mut change).await?,
            Meaning::Cancel => case.raise(&mut change, Why::Cancel, case.about()),
            Meaning::StopSounding => {
                let known = self.people.hold(&case.address()).await?.map(|known| known.cause);
                let both = HoldCause::SoundsLikeStop.besides(known);
                if known != Some(both) {
                    change.hold = case.hold(both);
                }
                case.raise(&mut change, Why::StopSounding, case.about());
                if let Some(message) = case.last_message() {
                    let told = "The patient's answer sounds like STOP: text messages to the number are \
                                on hold.";
                    case.note(&mut change, &message.enrolment.id, told);
                }
            }
            Meaning::Yes => self.visit(&case, &mut change, VisitAnswer::Confirmed).await?,
            Meaning::No => self.visit(&case, &mut change, VisitAnswer::Declined).await?,
            Meaning::Text => {
                if let Some(message) = self.kept_message(&case).await? {
                    keep(&case, &mut change, message);
                } else {
                    let (why, about) = case.unmatched();
                    case.raise(&mut change, why, about);
                }
            }
        }
        Ok(change)
    }

    /// The site whose number was texted, should it be one site's.
    async fn texted(&self, number: &str) -> Result<Option<SiteId>, StoreError> {
        let sites = if_readable(self.catalogue.sites().await.map(Some))?.unwrap_or_default();
        let mut texted = sites.into_iter().filter(|site| has_number(site, number));
        let first = texted.next().map(|site| site.id);
        Ok(first.filter(|_| texted.next().is_none()))
    }
}

/// What came from a short code or a name: nobody is known by it, and nothing can be sent there.
fn of_other(incoming: &Incoming) -> ReplyChange {
    let text = ReplyText::of(incoming.text.reveal());
    let meaning = meaning(text.as_str());
    let text = Phi::new(text);
    let mut change = nothing(incoming, &text, meaning);
    change.raise.push(Why::NoMobile.item(incoming, &text, About::default()));
    change
}

/// Keeps an answer with its action, without a look for a number in it.
pub(super) fn keep_words(case: &Case<'_>, change: &mut ReplyChange, message: &Message) {
    change.reply.patients = BTreeSet::from([message.enrolment.patient.clone()]);
    change.reply.answers = Some(message.answered.clone());
    case.note(change, &message.enrolment.id, "The patient answered the SMS; the answer was kept.");
}

/// Keeps an answer with its action, and the number in it as a value.
fn keep(case: &Case<'_>, change: &mut ReplyChange, message: &Message) {
    let rule = message.rule();
    keep_words(case, change, message);
    let reading = reading(case.text.reveal().as_str(), rule.map(ValueRule::unit));
    let value = ReplyValue::of(reading, rule);
    let why = match (reading, value.as_ref().map(|value| value.fit)) {
        (Reading::Unclear, _) => Some(Why::NoValue),
        (Reading::Nothing, _) => rule.is_some().then_some(Why::NoValue),
        (Reading::One(_), Some(Fit::OutOfRange)) => Some(Why::OutOfRange),
        (Reading::One(_), Some(Fit::Unchecked | Fit::InRange) | None) => None,
    };
    change.reply.value = value.map(Phi::new);
    if let Some(why) = why {
        case.raise(change, why, About::message(message));
    }
}
