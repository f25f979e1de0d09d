//! The description file: what is written is read again, by its owner only.
//!
//! `cargo xtask up` names this test in its build, see `xtask/src/artifacts.rs`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use stack::{Credentials, Description, Secret};

fn description() -> Description {
    Description {
        stack_name: "demo".to_owned(),
        region: "ap-southeast-2".to_owned(),
        api_address: "http://127.0.0.1:4570".to_owned(),
        api_host: "0a1b2c3d.execute-api.localhost:4570".to_owned(),
        emulator_url: "http://127.0.0.1:4570".to_owned(),
        emulator_state: PathBuf::from("state"),
        user_pool_id: "pool".to_owned(),
        user_pool_client_id: "client".to_owned(),
        webhook_secret: Secret::new("whsec_c2VjcmV0"),
        admin: Credentials {
            username: "admin@practice.example".to_owned(),
            password: Secret::new("correct horse"),
        },
        outputs: BTreeMap::from([("ApiId".to_owned(), "0a1b2c3d".to_owned())]),
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn it_survives_the_file() {
    let path = file("survives.json");
    description().save(&path).expect("it can be written");
    let read = Description::load(&path).expect("it can be read");
    assert_eq!(read.admin.password.reveal(), "correct horse");
    assert_eq!(read.output("ApiId").ok(), Some("0a1b2c3d"));
    assert_eq!(
        read.output("Nope").map_err(|error| error.to_string()),
        Err("the stack has no output named Nope; is it deployed from this checkout's \
             infra/template.yaml?"
            .to_owned())
    );
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let path = file("private.json");
    description().save(&path).expect("it can be written");
    let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn it_does_not_show_its_secrets() {
    let shown = format!("{:?}", description());
    assert!(!shown.contains("correct horse") && !shown.contains("whsec_"));
}

#[test]
fn a_missing_file_says_how_to_get_one() {
    let error = Description::load(&file("missing.json")).expect_err("it is missing");
    assert!(error.to_string().contains("start a stack with `cargo xtask up`"), "{error}");
}
