//! What the merge tags become for one patient.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minijinja::Value;

use super::body::CannotRender;
use super::tags::{LINK_TAG, tags_where};
use crate::calendar::local;
use crate::patient::{Gp, Patient};
use crate::phi::Phi;
use crate::referral::Referral;

/// The values of the merge tags for one patient.
#[derive(Debug, Clone, Default)]
pub struct MergeValues {
    tags: BTreeMap<&'static str, Phi<String>>,
    way_out: Option<Phi<String>>,
}

impl MergeValues {
    /// The examples of all tags, for a preview.
    pub fn sample() -> Self {
        let mut values = Self::default();
        for tag in tags_where(None, None) {
            values.set(tag.name, tag.example);
        }
        values
    }

    /// Sets a tag; an empty value counts as none.
    pub fn set(&mut self, tag: &'static str, value: &str) {
        if value.trim().is_empty() {
            self.tags.remove(tag);
        } else {
            self.tags.insert(tag, Phi::new(value.to_owned()));
        }
    }

    /// Sets the tags of a patient.
    pub fn set_patient(&mut self, patient: &Patient) {
        let (first, last) = (patient.first_name.reveal(), patient.last_name.reveal());
        self.set("patient.first_name", first.as_str());
        self.set("patient.last_name", last.as_str());
        self.set("patient.full_name", &format!("{first} {last}"));
        self.set_gp(patient.gp.as_ref().map(Phi::reveal));
    }

    fn set_gp(&mut self, gp: Option<&Gp>) {
        self.set("gp.name", gp.map_or("", |gp| gp.name.as_str()));
        let practice = gp.and_then(|gp| gp.practice.as_ref());
        self.set("gp.practice", practice.map_or("", |practice| practice.as_str()));
    }

    /// Sets the tags of a referral. Where a letter to the GP goes to who made it, the GP's tags are
    /// theirs.
    pub fn set_referral(&mut self, referral: &Referral, zone: Tz) {
        let referrer = referral.referrer.as_ref().map(Phi::reveal);
        self.set_gp(referrer);
        self.set("referral.from", referrer.map_or("", |referrer| referrer.name.as_str()));
        self.set_added(referral.issued.unwrap_or_else(|| referral.added_on(zone)));
    }

    /// Sets the day of a referral of which nothing else is known.
    pub fn set_added(&mut self, date: NaiveDate) {
        self.set("referral.date", &day(date));
    }

    /// Sets the tags of a cycle: the date it counts from, and the how-manieth of how many it is.
    pub fn set_cycle(&mut self, reference: NaiveDate, number: u16, of: u16) {
        self.set("reference.date", &day(reference));
        self.set("cycle.number", &number.to_string());
        self.set("cycle.of", &of.to_string());
    }

    /// Sets the tags of a booking, on the site's clock: `Thursday`, `3 December 2026`, `10:30 am`.
    pub fn set_booking(&mut self, start: DateTime<Utc>, zone: Tz, booking_type: &str) {
        let wall = local(zone, start);
        self.set("booking.weekday", &wall.format("%A").to_string());
        self.set("booking.date", &day(wall.date()));
        self.set("booking.time", &wall.format("%-I:%M %P").to_string());
        self.set("booking.type", booking_type);
    }

    /// Sets the address by which the patient takes consent back, for its tag, and to stand under an
    /// email whether or not its text has the tag.
    pub fn set_way_out(&mut self, link: &str) {
        self.set(LINK_TAG, link);
        self.way_out = Some(Phi::new(link.to_owned()));
    }

    /// Sets an example of such an address, for what is only shown to staff.
    pub fn set_example_way_out(&mut self) {
        let example = tags_where(None, None).into_iter().find(|tag| tag.name == LINK_TAG);
        self.set_way_out(example.map_or("", |tag| tag.example));
    }

    /// The address that is to stand under an email.
    pub fn way_out(&self) -> Option<&str> {
        self.way_out.as_ref().map(|link| link.reveal().as_str())
    }

    /// What a tag stands for.
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.tags.get(tag).map(|value| value.reveal().as_str())
    }

    /// Checks that each of these tags has a value.
    ///
    /// # Errors
    /// Names those that have none.
    pub fn require<'a>(&self, tags: impl IntoIterator<Item = &'a str>) -> Result<(), CannotRender> {
        let empty: Vec<_> = tags
            .into_iter()
            .filter(|tag| !self.tags.contains_key(tag))
            .map(str::to_owned)
            .collect();
        if empty.is_empty() { Ok(()) } else { Err(CannotRender::EmptyTags(empty)) }
    }

    /// The nested form the engine reads: `patient.first_name` is `first_name` in `patient`.
    pub(super) fn context(&self) -> Value {
        let mut groups: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (tag, value) in &self.tags {
            if let Some((group, name)) = tag.split_once('.') {
                groups.entry(group).or_default().push((name, value.reveal()));
            }
        }
        Value::from_pairs(groups.into_iter().map(|(group, tags)| (group, Value::from_pairs(tags))))
    }
}

/// A date as patients read it: `3 December 2026`.
fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_fills_every_tag_of_every_channel() {
        let names = tags_where(None, None).into_iter().map(|tag| tag.name);
        assert_eq!(MergeValues::sample().require(names), Ok(()));
    }

    #[test]
    fn an_empty_value_is_none_even_where_there_was_one() {
        let mut values = MergeValues::sample();
        values.set("gp.name", " ");
        assert!(values.require(["gp.name"]).is_err());
    }

    #[test]
    fn a_cycle_says_its_date_as_patients_read_it() {
        let mut values = MergeValues::default();
        values.set_cycle("2026-12-03".parse().unwrap(), 2, 3);
        let text = |tag| values.tags.get(tag).map(|value| value.reveal().as_str());
        assert_eq!(text("reference.date"), Some("3 December 2026"));
        assert_eq!((text("cycle.number"), text("cycle.of")), (Some("2"), Some("3")));
    }
}
