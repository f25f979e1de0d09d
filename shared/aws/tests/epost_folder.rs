//! The folder that an ePost provider collects letters from.

#![cfg(test)]

use app::ports::{Before, EpostProvider, HandOver, SendError};
use aws::epost::DropFolder;
use domain::distribution::PrintedSides;
use domain::phi::Phi;
use serde_json::{Value, json};
use testkit::build;
use testkit::dynamo::Dynamo;
use testkit::letters::{ADDRESS, waiting};

#[tokio::test]
async fn a_letter_lies_in_its_folder_once_with_a_manifest_and_nothing_is_written_over() {
    let dynamo = Dynamo::start().await;
    let folder = DropFolder::new(dynamo.files());
    let (letter, pdf) = (waiting(1, &build::site().id), Phi::new(b"%PDF-1.7".to_vec()));
    let (sides, before) = (PrintedSides::Both, Before::Never);
    let handed = HandOver { letter: &letter, pdf: &pdf, sides, before };
    let place = format!("epost/{}/", letter.id);
    for _ in 0..2 {
        assert_eq!(folder.hand_over(handed, "key-1").await, Ok(place.clone()));
    }
    let paths = [format!("{place}letter.pdf"), format!("{place}manifest.json")];
    assert_eq!(dynamo.bucket.paths(""), paths);
    assert_eq!(dynamo.bucket.file(&paths[0]).unwrap().bytes, b"%PDF-1.7");
    let manifest = dynamo.bucket.file(&paths[1]).unwrap();
    let expected = json!({
        "letter": letter.id, "to": ADDRESS, "site": letter.site, "date": "2026-11-22",
        "pages": 1, "sides": "both", "file": "letter.pdf", "key": "key-1",
    });
    assert_eq!(serde_json::from_slice::<Value>(&manifest.bytes).unwrap(), expected);

    let other = folder.hand_over(handed, "key-2").await;
    let why = "another letter lies in its folder".to_owned();
    assert_eq!(other, Err(SendError::Permanent(why)));
    assert_eq!(dynamo.bucket.file(&paths[1]).unwrap().bytes, manifest.bytes);
}

#[tokio::test]
async fn what_may_have_been_collected_before_is_never_put_there_again() {
    let dynamo = Dynamo::start().await;
    let folder = DropFolder::new(dynamo.files());
    let (letter, pdf) = (waiting(1, &build::site().id), Phi::new(b"%PDF-1.7".to_vec()));
    let handed = |before| HandOver { letter: &letter, pdf: &pdf, sides: PrintedSides::One, before };
    let place = format!("epost/{}/", letter.id);
    let unknown = || Err(SendError::InDoubt("it does not lie in its folder".to_owned()));
    assert_eq!(folder.hand_over(handed(Before::Perhaps), "key-1").await, unknown());
    assert_eq!(dynamo.bucket.paths(""), Vec::<String>::new());
    folder.hand_over(handed(Before::Never), "key-1").await.unwrap();
    assert_eq!(folder.hand_over(handed(Before::Perhaps), "key-1").await, Ok(place.clone()));
    // The provider collects, and takes the files away.
    for path in dynamo.bucket.paths(&place) {
        dynamo.bucket.expire(&path);
    }
    assert_eq!(folder.hand_over(handed(Before::Perhaps), "key-1").await, unknown());
    assert_eq!(dynamo.bucket.paths(&place), Vec::<String>::new());
}
