//! Referral events: what another system says of a referral, and what that does here.

mod begin;
mod caused;
mod known;
mod unmatched;

use chrono::{DateTime, Utc};
use domain::booking::{EventOrder, Matching};
use domain::intake::{Told, ToldReferral, When};
use domain::referral::{Referral, ReferralEvent, ReferralKey, ReferralNews, ReferralState};

use self::known::Known;
use super::{Outlook, Stores, is_news, next_try, recorded, resolve};
use crate::ports::{
    Again, Catalogue, EventResult, Intake, Newcomers, ReferralChange, Register, StoreError,
    Verdict, WaitingEvent,
};

/// Decides what a referral event changes: the referral's newest state, and the enrolments it begins,
/// changes or ends. All of it is to be stored at once or not at all; but the record of somebody new,
/// which is made before, and is there when the event is dealt with again.
///
/// # Errors
/// When the store fails.
pub(super) async fn referral_event<I: Intake, C: Catalogue, P: Register, N: Newcomers>(
    stores: &Stores<'_, I, C, P, N>,
    waiting: &WaitingEvent,
    told: &ToldReferral,
    now: DateTime<Utc>,
) -> Result<ReferralChange, StoreError> {
    let key = ReferralKey { source: waiting.key.source.clone(), id: told.id.clone() };
    let before = stores.referral_at_home(&key, waiting, now).await?;
    let mut known = stores.known(&key, told).await?;
    // A time that no calendar can hold is no time: that of its arrival stands for it.
    let clock = resolve::clock(stores.catalogue).await?;
    let time = told.time.instant(clock).unwrap_or(waiting.received_at);
    let event = ReferralEvent {
        key,
        kind: told.kind,
        order: EventOrder { version: told.version, time },
        details: told.details.clone(),
    };
    let news = match &before {
        None => all_of(&event),
        Some(before) => match before.news(&event) {
            Some(news) => news,
            None => return Ok(superseded(waiting)),
        },
    };
    if let Some(details) = event.details.as_ref().filter(|_| news.details) {
        let whose = before.as_ref().and_then(|before| before.matching.patient());
        known.recognise(stores, &event, details, whose, now).await?;
    }
    stores.not_merged_since(before.as_ref().map(|it| &it.matching)).await?;
    let mut referral = match &before {
        None => Referral::told(&event, known.matching()),
        Some(before) => before.after(&event, news, known.matching()),
    };
    let mut result = EventResult::default();
    result.remarks.extend(known.remark.clone());
    let mut change = ReferralChange {
        event: recorded(waiting, result),
        referral: None,
        changes: Vec::new(),
        claimed: Vec::new(),
        raise: Vec::new(),
        resolve: None,
        again: None,
    };
    stores.referral_changed(&mut referral, &mut change, now).await?;
    stores.begin(&mut referral, &known, &mut change, (&waiting.request_id, now)).await?;
    if let Some(details) = event.details.as_ref().filter(|_| news.details)
        && let (Matching::Waiting { .. }, ReferralState::Active) =
            (&referral.matching, referral.state)
    {
        let why = unmatched::why(&event, details, told, &known);
        let again = next_try(waiting.received_at, now);
        // What was missing before is on the work list, or somebody has seen to it; but not that it is
        // tried for the last time.
        if is_news(waiting, &why) || again.is_none() {
            let outlook = Outlook { source: &event.key.source, again };
            change.raise.push(unmatched::work_item(&event, details, &known, &why, (outlook, now)));
        }
        change.event.result.verdict = Verdict::Unmatched;
        change.event.result.remarks = why;
        let told = ToldReferral { time: When::Instant(time), ..told.clone() };
        change.again = Some(Again { told: Told::Referral(told), at: again });
    }
    let waited = matches!(&before, Some(Referral { matching: Matching::Waiting { .. }, .. }));
    // Word of its state alone, or an older one, does not find whose it is.
    let waits = matches!(
        (&referral.matching, referral.state),
        (Matching::Waiting { .. }, ReferralState::Active)
    );
    if waited && !waits {
        change.resolve = Some(unmatched::work_id(&event.key));
    }
    change.referral = Some(referral);
    Ok(change)
}

/// Of a referral that nothing is known of, an event is news with all it says.
const fn all_of(event: &ReferralEvent) -> ReferralNews {
    ReferralNews {
        details: event.details.is_some(),
        state: ReferralState::after(event.kind).is_some(),
        earlier: true,
    }
}

fn superseded(waiting: &WaitingEvent) -> ReferralChange {
    let result = EventResult {
        verdict: Verdict::Superseded,
        remarks: vec![
            "This event, or a newer one of the referral, came before; nothing was changed.".into(),
        ],
        ..EventResult::default()
    };
    ReferralChange {
        event: recorded(waiting, result),
        referral: None,
        changes: Vec::new(),
        claimed: Vec::new(),
        raise: Vec::new(),
        resolve: None,
        again: None,
    }
}
