//! Letters: the distribution list, batches, and each letter.

mod batch;
mod letter;
mod list;

use app::ports::{Catalogue as _, Letters as _, People as _};
use domain::distribution::{LetterState, ListedLetter, Waiting};
use domain::patient::Standing;
use domain::phi::Phi;
use domain::text::Label;
use serde_json::Value;
use testkit::build;
use testkit::letters::{list, waiting};

use crate::support::Office;

/// What nobody should be able to make a page run.
const HOSTILE: &str = "\"><script>alert(1)</script>";

/// A practice with that many letters to Maria that wait.
async fn office(letters: u128) -> Office {
    let office = Office::open().await;
    office.dynamo.people().create_patient(&build::patient_with_post()).await.unwrap();
    let catalogue = office.dynamo.catalogue();
    catalogue.create_template(&build::template()).await.unwrap();
    catalogue.create_program(&build::program(Vec::new()), &build::saved()).await.unwrap();
    for n in 1..=letters {
        list(&office.dynamo, n, &build::site().id).await;
    }
    office
}

/// A letter that says hostile things, and has no file.
async fn hostile(office: &Office) -> String {
    let letter = ListedLetter {
        title: Label::parse(HOSTILE).unwrap(),
        to: Phi::new(vec![HOSTILE.to_owned(), "17 Wattle Street".to_owned()]),
        about: Phi::new(HOSTILE.to_owned()),
        state: LetterState::Waiting(Waiting::New),
        ..waiting(90, &build::site().id)
    };
    office.dynamo.letters().put_on_list(&letter).await.unwrap();
    letter.id.to_string()
}

/// The n-th letter to Maria, which stands like this.
async fn standing(office: &Office, n: u128, state: LetterState) -> String {
    let letter = ListedLetter { state, ..waiting(n, &build::site().id) };
    office.dynamo.letters().put_on_list(&letter).await.unwrap();
    letter.id.to_string()
}

/// Maria has died.
async fn died(office: &Office) {
    let people = office.dynamo.people();
    let maria = people.patient(&build::patient().id).await.unwrap().unwrap();
    let dead = domain::patient::Patient {
        revision: maria.revision + 1,
        standing: Standing::Deceased,
        ..maria.clone()
    };
    people.save_patient(&maria, &dead).await.unwrap();
}

/// The letters, in the list's order.
async fn letters(office: &Office) -> Vec<Value> {
    office.read("/v1/letters").await["items"].as_array().unwrap().clone()
}

async fn ids(office: &Office) -> Vec<String> {
    letters(office).await.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

async fn states(office: &Office) -> Vec<String> {
    let letters = letters(office).await;
    letters.iter().map(|it| it["state"]["name"].as_str().unwrap().to_owned()).collect()
}
