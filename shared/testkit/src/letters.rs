//! Letters that are on the list.

use app::ports::{FileKind, LetterFiles, Letters};
use domain::distribution::{LetterState, ListedLetter, Waiting};
use domain::ids::{ActionId, EnrolmentId, LetterId, SiteId};
use domain::ledger::LedgerKey;
use domain::phi::Phi;
use domain::program::{Addressee, PrintOption};
use domain::text::Label;
use letter::{Block, Language, Letter, LetterDate, Letterhead, Recipient, Run};

use serde_json::json;

use crate::build;
use crate::dynamo::Dynamo;

/// Maria's name and address, as they are printed.
pub const ADDRESS: [&str; 3] = ["Maria Rossi", "17 Wattle Street", "MARRICKVILLE NSW 2204"];

/// The n-th letter to Maria, which waits to be printed.
///
/// # Panics
/// Never: its texts are valid.
pub fn waiting(n: u128, site: &SiteId) -> ListedLetter {
    let (enrolment, action) = (EnrolmentId::new(build::number(n)), ActionId::new(build::number(n)));
    let key = LedgerKey { enrolment, cycle: 1, action, attempt: 1 };
    ListedLetter {
        id: LetterId::of(&key),
        revision: 1,
        key,
        addressee: Addressee::Patient,
        print: PrintOption::Mail,
        to: Phi::new(ADDRESS.map(str::to_owned).to_vec()),
        site: site.clone(),
        program: build::program(Vec::new()).id,
        patient: build::patient().id,
        about: Phi::new(ADDRESS[0].to_owned()),
        title: Label::parse("Visit letter").expect("a label"),
        dated: "2026-11-22".parse().expect("a date"),
        pages: 1,
        paper: None,
        listed: "2026-11-22T07:00:00Z".parse().expect("a time"),
        batches: Vec::new(),
        state: LetterState::Waiting(Waiting::New),
    }
}

/// Its PDF: a real one, so that it can be joined with others.
///
/// # Panics
/// Never: it can be set.
pub fn pdf() -> Vec<u8> {
    letter::typeset(&said()).expect("it can be set").into_bytes()
}

/// What it says.
fn said() -> Letter {
    let [name, street, place] = ADDRESS.map(str::to_owned);
    Letter {
        letterhead: Letterhead {
            practice: "Harbour Health".to_owned(),
            logo: None,
            site: None,
            address: Vec::new(),
            phone: None,
            email: None,
        },
        date: LetterDate { text: "22 November 2026".to_owned(), year: 2026, month: 11, day: 22 },
        reference: None,
        running: None,
        recipient: Recipient { name, address: vec![street, place] },
        subject: None,
        body: vec![Block::Paragraph(vec![Run::regular("Dear Maria")])],
        language: Language::parse("en-AU").expect("a language"),
    }
}

/// Puts the n-th letter on the list, with its file.
///
/// # Panics
/// When it cannot be stored.
pub async fn list(dynamo: &Dynamo, n: u128, site: &SiteId) -> ListedLetter {
    let letter = waiting(n, site);
    let (store, files) = (dynamo.letters(), dynamo.files());
    let (source, owner) = (json!({ "letter": said(), "logo": null }), letter.id.as_str());
    let source = source.to_string().into_bytes();
    for (path, kind, bytes) in
        [(letter.pdf(), FileKind::Pdf, pdf()), (letter.source(), FileKind::Json, source)]
    {
        files.write_new(&path, kind, &bytes, owner).await.expect("its file");
    }
    store.put_on_list(&letter).await.expect("its entry");
    letter
}
