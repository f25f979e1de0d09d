//! The staff of a local stack: its first admin, and one person of each other role.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use stack::{Credentials, Description, Emulator, Secret};

/// The admin's user name.
const ADMIN: &str = "admin@practice.example";

/// The others, by user name and role, so that each role can be tried.
pub(crate) const COLLEAGUES: [(&str, &str); 3] = [
    ("frontdesk@practice.example", "front-desk"),
    ("clinician@practice.example", "clinician"),
    ("viewer@practice.example", "viewer"),
];

const PASSWORD_LENGTH: usize = 20;
/// Without what looks alike.
const PASSWORD_LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Makes sure that they are there, with the password of last time if it is known. It is one for all of them, and
/// opens nothing but what is on this machine.
pub(crate) fn ensure(
    emulator: &Emulator,
    user_pool_id: &str,
    last_description: &Path,
) -> Result<Credentials> {
    let known = Description::load(last_description).ok().map(|last| last.admin);
    let admin = match known {
        Some(admin) if admin.username == ADMIN => admin,
        Some(_) | None => Credentials { username: ADMIN.to_owned(), password: random_password()? },
    };
    emulator
        .create_user(user_pool_id, &admin, &["admin"])
        .context("the first admin cannot be made")?;
    for (username, role) in COLLEAGUES {
        let colleague =
            Credentials { username: username.to_owned(), password: admin.password.clone() };
        emulator
            .create_user(user_pool_id, &colleague, &[role])
            .with_context(|| format!("{username} cannot be made"))?;
    }
    Ok(admin)
}

fn random_password() -> Result<Secret> {
    let mut text = String::from("Pc-1");
    while text.len() < PASSWORD_LENGTH {
        let mut byte = [0_u8];
        getrandom::fill(&mut byte)
            .map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
        // A byte beyond the letters is thrown away: every letter is as likely as any other.
        if let Some(letter) = PASSWORD_LETTERS.get(usize::from(byte[0] & 0x3f)) {
            text.push(char::from(*letter));
        }
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::{PASSWORD_LENGTH, random_password};

    #[test]
    fn passwords_are_long_and_differ() {
        let (one, other) = (random_password(), random_password());
        let (one, other) = (one.expect("random"), other.expect("random"));
        assert_eq!(one.reveal().len(), PASSWORD_LENGTH);
        assert_ne!(one, other);
    }
}
