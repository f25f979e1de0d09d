//! Letters for the tests of this module.

use chrono::{DateTime, NaiveDate, Utc};
use ulid::Ulid;

use super::{Done, FileNames, LetterState, ListedLetter, Reason, Waiting};
use crate::ids::{ActionId, BatchId, EnrolmentId, LetterId, PatientId, ProgramId, SiteId};
use crate::ledger::LedgerKey;
use crate::phi::Phi;
use crate::program::{Addressee, PrintOption};
use crate::settings::Remark;
use crate::staff::StaffId;
use crate::text::Label;

pub(super) fn id(n: u128) -> Ulid {
    Ulid::from_parts(0, n)
}

/// So many minutes after midnight.
pub(super) fn at(minutes: i64) -> DateTime<Utc> {
    let midnight: DateTime<Utc> = "2026-11-26T00:00:00Z".parse().unwrap();
    midnight + chrono::Duration::minutes(minutes)
}

pub(super) fn done(by: &str) -> Done {
    Done { at: at(0), by: StaffId::parse(by).unwrap() }
}

pub(super) fn letter(state: LetterState) -> ListedLetter {
    let (enrolment, action) = (EnrolmentId::new(id(1)), ActionId::new(id(2)));
    let key = LedgerKey { enrolment, cycle: 1, action, attempt: 1 };
    ListedLetter {
        id: LetterId::of(&key),
        revision: 7,
        key,
        addressee: Addressee::Patient,
        print: PrintOption::Mail,
        to: Phi::new(vec!["Maria Rossi".to_owned()]),
        site: SiteId::new(id(3)),
        program: ProgramId::new(id(4)),
        patient: PatientId::new(id(5)),
        about: Phi::new("Maria Rossi".to_owned()),
        title: Label::parse("Recall").unwrap(),
        dated: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
        pages: 1,
        paper: None,
        listed: at(0),
        batches: Vec::new(),
        state,
    }
}

/// Every state of a letter that is with no ePost provider.
pub(super) fn states() -> Vec<LetterState> {
    let (batch, why) = (BatchId::new(id(9)), Remark::parse("moved").unwrap());
    vec![
        LetterState::Waiting(Waiting::New),
        LetterState::Waiting(Waiting::ByHand(Reason::ours("no provider".to_owned()))),
        LetterState::Printed { batch: batch.clone(), done: done("a") },
        LetterState::Posted { batch: Some(batch), done: done("a") },
        LetterState::Returned { done: done("a"), why: why.clone() },
        LetterState::Withdrawn { done: done("a"), why },
        LetterState::ToFile { names: FileNames::of("a/b").unwrap() },
        LetterState::Filed { path: "a/b.pdf".to_owned() },
    ]
}
