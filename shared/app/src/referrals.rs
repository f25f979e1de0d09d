//! Referral events: what another system says of a referral, and what that does here.

mod begin;
mod caused;
mod known;
mod unmatched;

use domain::booking::{EventOrder, Matching};
use domain::intake::ToldReferral;
use domain::referral::{Referral, ReferralEvent, ReferralKey, ReferralNews, ReferralState};
use domain::text::Code;

use self::known::{Known, look_up};
use crate::intake::{Answer, Received};
use crate::ports::{
    Catalogue, EventResult, Intake, People, RecordedEvent, ReferralChange, SaveError, StoreError,
    Verdict,
};

/// How often a change is decided anew when others write at the same time.
const TRIES: usize = 8;

/// Takes in a referral event: records it, keeps the referral's newest state, and begins, moves or
/// ends the enrolments it concerns. All of it is stored at once or not at all.
///
/// # Errors
/// When the store fails; the sender should send the event again.
pub async fn referral_event<I: Intake, C: Catalogue, P: People>(
    intake: &I,
    catalogue: &C,
    people: &P,
    received: &Received,
    source: &Code,
    told: &ToldReferral,
) -> Result<Answer, StoreError> {
    for _ in 0..TRIES {
        let before = intake.event(source, &received.id).await?;
        match before {
            Some(before) if before.fingerprint != received.fingerprint => {
                return Ok(Answer::AnotherEvent);
            }
            Some(before) if before.result.verdict != Verdict::Unmatched => {
                return Ok(Answer::Duplicate(before.result));
            }
            Some(_) | None => {}
        }
        let stores = Stores { intake, catalogue, people };
        let change = stores.consider(received, source, told).await?;
        match intake.commit_referral(&change).await {
            Ok(()) => return Ok(Answer::Done(change.event.result)),
            Err(SaveError::Store(error)) => return Err(error),
            // Another event of the referral, or a sender, was first: decide again on what is now.
            Err(SaveError::Stale | SaveError::Taken(_)) => {}
        }
    }
    Err(StoreError::Unavailable("the referral is being changed by others all the time".to_owned()))
}

struct Stores<'a, I, C, P> {
    intake: &'a I,
    catalogue: &'a C,
    people: &'a P,
}

impl<I: Intake, C: Catalogue, P: People> Stores<'_, I, C, P> {
    async fn consider(
        &self,
        received: &Received,
        source: &Code,
        told: &ToldReferral,
    ) -> Result<ReferralChange, StoreError> {
        let key = ReferralKey { source: source.clone(), id: told.id.clone() };
        let before = self.intake.referral(&key).await?;
        let known = look_up(self.catalogue, self.people, &key, told, before.as_ref()).await?;
        // A time that no calendar can hold is no time: that of its arrival stands for it.
        let time = told.time.instant(known.zone).unwrap_or(received.at);
        let event = ReferralEvent {
            key,
            kind: told.kind,
            order: EventOrder { version: told.version, time },
            details: told.details.clone(),
        };
        let (mut referral, news) = match &before {
            None => (Referral::told(&event, known.matching()), all_of(&event)),
            Some(before) => match before.news(&event) {
                Some(news) => (before.after(&event, news, known.matching()), news),
                None => return Ok(superseded(&event, received)),
            },
        };
        let mut change = ReferralChange {
            event: recorded(&event, received, EventResult::default()),
            referral: None,
            changes: Vec::new(),
            claimed: Vec::new(),
            raise: Vec::new(),
            resolve: None,
        };
        self.reconsider(&referral, &mut change, received.at).await?;
        self.begin(&mut referral, &known, &mut change, received).await?;
        if let Some(details) = event.details.as_ref().filter(|_| news.details)
            && let (Matching::Waiting { .. }, ReferralState::Active) =
                (&referral.matching, referral.state)
        {
            let why = unmatched::why(&event, details, told, &known);
            change.raise.push(unmatched::work_item(&event, details, &known, &why, received.at));
            change.event.result.verdict = Verdict::Unmatched;
            change.event.result.remarks = why;
        }
        let waited = matches!(&before, Some(Referral { matching: Matching::Waiting { .. }, .. }));
        if waited && change.event.result.verdict == Verdict::Applied {
            change.resolve = Some(unmatched::work_id(&event.key));
        }
        change.referral = Some(referral);
        Ok(change)
    }
}

/// Of a referral that nothing is known of, an event is news with all it says.
const fn all_of(event: &ReferralEvent) -> ReferralNews {
    ReferralNews {
        details: event.details.is_some(),
        state: ReferralState::after(event.kind).is_some(),
        earlier: true,
    }
}

fn superseded(event: &ReferralEvent, received: &Received) -> ReferralChange {
    let result = EventResult {
        verdict: Verdict::Superseded,
        remarks: vec![
            "This event, or a newer one of the referral, came before; nothing was changed.".into(),
        ],
        ..EventResult::default()
    };
    ReferralChange {
        event: recorded(event, received, result),
        referral: None,
        changes: Vec::new(),
        claimed: Vec::new(),
        raise: Vec::new(),
        resolve: None,
    }
}

fn recorded(event: &ReferralEvent, received: &Received, result: EventResult) -> RecordedEvent {
    RecordedEvent {
        source: event.key.source.clone(),
        id: received.id.clone(),
        fingerprint: received.fingerprint.clone(),
        received_at: received.at,
        request_id: received.request_id.clone(),
        result,
    }
}
