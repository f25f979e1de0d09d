//! What a failed call to a provider means, for every provider that has no idempotency token: only a
//! definite refusal may be tried again.

use app::ports::SendError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};

/// What a failed call means. `refusal` judges what the provider itself has answered, by that error
/// and its HTTP status.
pub(crate) fn classify<E>(
    error: &SdkError<E, HttpResponse>,
    refusal: impl FnOnce(&E, u16) -> SendError,
) -> SendError {
    match error {
        SdkError::ConstructionFailure(_) => {
            SendError::Transient("the request could not be made".to_owned())
        }
        SdkError::DispatchFailure(failure) => {
            if failure.as_connector_error().is_some_and(never_connected) {
                SendError::Transient("the provider could not be reached".to_owned())
            } else {
                SendError::InDoubt("the connection broke during the call".to_owned())
            }
        }
        SdkError::TimeoutError(_) => SendError::InDoubt("no answer in time".to_owned()),
        SdkError::ResponseError(answer) if answer.raw().status().is_server_error() => {
            SendError::Transient(format!("the provider answered {}", answer.raw().status()))
        }
        SdkError::ServiceError(answer) => refusal(answer.err(), answer.raw().status().as_u16()),
        SdkError::ResponseError(_) | _ => {
            SendError::InDoubt("the answer could not be read".to_owned())
        }
    }
}

/// Whether a refusal of that code says that this account, or this function, may not call at all: a
/// permission is missing, or its credentials are not known.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
pub(crate) fn is_of_the_account(code: &str) -> bool {
    let code = code.strip_suffix("Exception").unwrap_or(code);
    matches!(
        code,
        "AccessDenied"
            | "AuthorizationError"
            | "NotAuthorized"
            | "OptInRequired"
            | "UnauthorizedOperation"
            | "UnrecognizedClient"
            | "InvalidClientTokenId"
            | "InvalidSignature"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "MissingAuthenticationToken"
    )
}

/// Whether no connection came about, so that nothing can have been sent.
fn never_connected(error: &ConnectorError) -> bool {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            return error.is_connect();
        }
        source = error.source();
    }
    false
}
