//! Settings, read once from the environment that `infra/template.yaml` sets.

/// A setting that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The variable is not set.
    #[error("the environment variable {0} is not set; infra/template.yaml must set it")]
    Missing(&'static str),
    /// The variable cannot be read.
    #[error("the environment variable {name} is wrong: {why}")]
    Wrong {
        /// The variable.
        name: &'static str,
        /// Why.
        why: String,
    },
}

/// A setting that must be there. Empty counts as missing.
///
/// # Errors
/// When it is not.
pub fn env(name: &'static str) -> Result<String, ConfigError> {
    optional(name).ok_or(ConfigError::Missing(name))
}

/// A setting that must be there and be a whole number.
///
/// # Errors
/// When it is not.
pub fn env_number(name: &'static str) -> Result<u32, ConfigError> {
    env(name)?
        .parse()
        .map_err(|_| ConfigError::Wrong { name, why: "it must be a whole number".to_owned() })
}

/// A setting that may be missing.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
