//! Referrals in any order.

use proptest::prelude::*;
use ulid::Ulid;

use super::*;
use crate::ids::SiteId;
use crate::intake::PresentedPatient;
use crate::patient::GpName;

/// A referral of Maria's, from outside, added on 20 November 2026 and incomplete.
pub(crate) fn sample() -> Referral {
    Referral::told(&event(ReferralEventKind::Added, None, ADDED, None), matched())
}

const ADDED: &str = "2026-11-20T00:00:00Z";
const LATER: &str = "2026-11-22T00:00:00Z";

fn matched() -> Matching {
    Matching::Matched {
        patient: PatientId::new(Ulid::from_parts(0, 1)),
        site: SiteId::new(Ulid::from_parts(0, 1)),
    }
}

fn event(
    kind: ReferralEventKind,
    version: Option<u64>,
    time: &str,
    referrer: Option<&str>,
) -> ReferralEvent {
    let gp = |name| Gp {
        name: GpName::parse(name).unwrap(),
        practice: None,
        address: None,
        email: None,
    };
    ReferralEvent {
        key: ReferralKey {
            source: Code::parse("gp-net").unwrap(),
            id: ExternalId::parse("R-1").unwrap(),
        },
        kind,
        order: EventOrder { version, time: time.parse().unwrap() },
        details: Some(ToldReferralDetails {
            referral_type: Vec::new(),
            issued: None,
            valid_until: None,
            origin: ReferralOrigin::External,
            referrer: referrer.map(|name| Phi::new(gp(name))),
            patient: PresentedPatient::by_id(ExternalId::parse("P-1").unwrap()),
        }),
    }
}

/// The referral after these events, as they come.
fn after<'a>(events: impl IntoIterator<Item = &'a ReferralEvent>) -> Option<Referral> {
    events.into_iter().fold(None, |known, event| match known {
        None => Some(Referral::told(event, matched())),
        Some(known) => match known.news(event) {
            Some(news) => Some(known.after(event, news, matched())),
            None => Some(known),
        },
    })
}

#[test]
fn a_withdrawal_that_comes_before_its_referral_is_remembered() {
    use ReferralEventKind::{Added, Withdrawn};
    let bare = ReferralEvent { details: None, ..event(Withdrawn, None, LATER, None) };
    let added = event(Added, None, ADDED, Some("Dr Okafor"));
    let known = after([&bare, &added]).unwrap();
    assert_eq!(known.state, ReferralState::Withdrawn);
    assert!(known.referrer.is_some(), "what it was is known all the same");
    assert_eq!(known.added_at, added.order.time);
}

#[test]
fn the_newest_word_on_its_state_counts_whatever_else_is_told_later() {
    use ReferralEventKind::{Added, Changed, Completed, Withdrawn};
    let e = |kind, version, time| event(kind, version, time, None);
    let cases = [
        (vec![e(Added, None, ADDED), e(Withdrawn, None, LATER)], Some(ReferralGone::Withdrawn)),
        (vec![e(Added, None, ADDED), e(Completed, None, LATER)], Some(ReferralGone::Completed)),
        (vec![e(Withdrawn, None, ADDED), e(Added, None, LATER)], None), // active again
        (vec![e(Withdrawn, None, ADDED), e(Changed, None, LATER)], Some(ReferralGone::Withdrawn)),
        (vec![e(Changed, None, ADDED)], None), // the first that was heard of it
        (vec![e(Added, None, ADDED), e(Withdrawn, None, ADDED)], Some(ReferralGone::Withdrawn)),
        (vec![e(Added, Some(2), ADDED), e(Withdrawn, Some(1), LATER)], None), // version before time
    ];
    let patient = PatientId::new(Ulid::from_parts(0, 1));
    for (events, gone) in cases {
        assert_eq!(after(&events).unwrap().gone_for(&patient), gone, "{events:?}");
    }
}

#[test]
fn a_referral_of_another_patient_is_none_to_follow_up() {
    let other = PatientId::new(Ulid::from_parts(0, 2));
    assert_eq!(sample().gone_for(&other), Some(ReferralGone::Reassigned));
}

#[test]
fn an_event_of_an_earlier_day_moves_the_day_it_was_added_and_nothing_else() {
    use ReferralEventKind::Added;
    let known = after([&event(Added, None, LATER, Some("Dr Okafor"))]).unwrap();
    let early = event(Added, None, ADDED, None);
    let news = known.news(&early).unwrap();
    assert_eq!(news, ReferralNews { details: false, state: false, earlier: true });
    let after = known.after(&early, news, matched());
    let expected = Referral { revision: 2, added_at: ADDED.parse().unwrap(), ..known.clone() };
    assert_eq!(after, expected);
}

#[test]
fn the_day_it_was_added_is_the_sites() {
    let referral = Referral { added_at: "2026-11-20T14:00:00Z".parse().unwrap(), ..sample() };
    assert_eq!(referral.added_on(chrono_tz::Australia::Sydney).to_string(), "2026-11-21");
    assert_eq!(referral.added_on(chrono_tz::Australia::Perth).to_string(), "2026-11-20");
}

#[test]
fn a_referral_that_waits_for_a_match_takes_its_newest_event_again() {
    let added = event(ReferralEventKind::Added, None, ADDED, None);
    let waiting = Referral::told(&added, Matching::Waiting { patient: None });
    assert!(waiting.news(&added).is_some());
    assert_eq!(sample().news(&added), None);
}

prop_compose! {
    /// Some events of a referral's life: by a count or by the clock, no two of which are one.
    fn any_life()(
        counted in any::<bool>(),
        kinds in prop::collection::vec(prop::sample::select(&ReferralEventKind::ALL[..]), 1..7),
        bare in prop::collection::vec(any::<bool>(), 7),
        hours in prop::collection::hash_set(0_i64..200, 7),
    ) -> Vec<ReferralEvent> {
        let hours: Vec<_> = hours.into_iter().collect();
        let start: DateTime<Utc> = ADDED.parse().unwrap();
        kinds
            .into_iter()
            .enumerate()
            .map(|(n, kind)| {
                let version = counted.then(|| u64::try_from(n).unwrap());
                let mut event = event(kind, version, ADDED, Some(&format!("Dr {n}")));
                event.order.time = start + chrono::Duration::hours(hours[n]);
                if bare[n] && ReferralState::after(kind).is_some() {
                    event.details = None;
                }
                event
            })
            .collect()
    }
}

proptest! {
    #[test]
    fn any_order_of_arrival_and_any_repetition_ends_in_the_same_referral(
        (life, shuffled) in any_life().prop_flat_map(|life| {
            let twice: Vec<_> = life.iter().chain(&life).cloned().collect();
            (Just(life), Just(twice).prop_shuffle())
        }),
    ) {
        let same = |known: Option<Referral>| known.map(|it| Referral { revision: 0, ..it });
        prop_assert_eq!(same(after(&life)), same(after(&shuffled)));
    }
}
