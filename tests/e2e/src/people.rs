//! People with and without roles.

use stack::{Credentials, Secret, Stack, Tokens};

use crate::unique;

/// A new name, and a password that every pool's rules allow.
pub fn somebody() -> Credentials {
    Credentials {
        username: format!("{}@practice.example", unique()),
        password: Secret::new(format!("Pc-{}-Zz9!", unique())),
    }
}

/// The tokens of somebody new in these groups.
///
/// # Panics
/// When the user pool refuses.
pub fn member_of(stack: &Stack, groups: &[&str]) -> Tokens {
    let it = stack.description();
    let who = somebody();
    let cloud = stack.emulator();
    cloud.create_user(&it.user_pool_id, &who, groups).expect("the user is made");
    cloud.sign_in(&it.user_pool_client_id, &who).expect("the user signs in")
}

/// The access token of an admin who signed in through another client of the same pool.
///
/// # Panics
/// When the user pool refuses.
pub fn of_another_client(stack: &Stack) -> Secret {
    let it = stack.description();
    let cloud = stack.emulator();
    let client = cloud
        .create_user_pool_client(&it.user_pool_id, &format!("foreign-{}", unique()))
        .expect("the client is made");
    let tokens = cloud.sign_in(&client, &it.admin);
    cloud.delete_user_pool_client(&it.user_pool_id, &client).expect("the client is deleted");
    tokens.expect("the admin signs in").access
}

/// The access token of a user of another pool.
///
/// # Panics
/// When the local cloud refuses.
pub fn of_another_pool(stack: &Stack) -> Secret {
    let cloud = stack.emulator();
    let pool = cloud.create_user_pool(&format!("foreign-{}", unique())).expect("the pool is made");
    let client = cloud.create_user_pool_client(&pool, "foreign");
    let client = client.expect("the client is made");
    let who = somebody();
    cloud.create_user(&pool, &who, &[]).expect("the user is made");
    let tokens = cloud.sign_in(&client, &who).expect("the user signs in");
    cloud.delete_user_pool(&pool).expect("the pool is deleted");
    tokens.access
}
