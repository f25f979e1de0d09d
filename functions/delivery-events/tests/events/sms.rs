//! What SNS says of text messages.

use app::ports::Strays;
use domain::enrolment::{HoldReason, Status};
use domain::ledger::Destination;
use domain::phone::MobileNumber;
use domain::receipt::{Fault, Told};
use domain::work::WorkKind;
use serde_json::Value;
use testkit::build::at;

use super::support::{Practice, batch, file};

#[tokio::test]
async fn lines_of_the_log_are_queued_and_received_from_there() {
    for (name, told, when) in [
        ("sns-sms-status-success", Told::Delivered, "2026-11-22T08:00:04.157Z"),
        ("sns-sms-status-failure", Told::Failed(Fault::NoSuchAddress), "2026-11-22T08:00:03.635Z"),
    ] {
        let practice = Practice::texted().await;
        assert_eq!(practice.handle(file(name)).await.unwrap(), Value::Null);
        assert_eq!(practice.receipt().await, None, "it is only queued");
        let queued = practice.queue.take();
        let [line] = queued.as_slice() else { panic!("{queued:?}") };
        let decoded: Value = serde_json::from_str(line).unwrap();
        assert_eq!(decoded, file(&format!("{name}-line")));

        assert_eq!(practice.failures(batch(&[(line, 1)])).await, [""; 0]);
        let receipt = practice.receipt().await.unwrap();
        assert_eq!((receipt.told, receipt.at), (told, at(when)));
        match told {
            Told::Failed(fault) => {
                let Status::Held { why, .. } = practice.enrolment().await.status else {
                    panic!("not held")
                };
                assert_eq!(why, HoldReason::Failed(fault.to_string()));
                assert_eq!(practice.work().await, [WorkKind::Failed]);
            }
            Told::Delayed | Told::Delivered | Told::Complained => {
                assert_eq!(practice.work().await, []);
            }
        }
    }
}

#[tokio::test]
async fn why_a_text_message_failed_is_told_in_our_own_words() {
    for (response, fault) in [
        ("Phone is currently unreachable/unavailable", Fault::OutOfReach),
        ("Phone carrier has blocked this message.", Fault::Blocked),
        ("Phone number is opted out", Fault::Listed),
        ("This delivery would exceed max price", Fault::NotSent),
        ("+61491570006 is of Maria Rossi", Fault::Unknown),
    ] {
        let practice = Practice::texted().await;
        let mut line = file("sns-sms-status-failure-line");
        line["delivery"]["providerResponse"] = Value::from(response);
        practice.failures(batch(&[(&line.to_string(), 1)])).await;
        assert_eq!(practice.receipt().await.unwrap().told, Told::Failed(fault), "{response}");
    }
}

#[tokio::test]
async fn what_logs_try_whether_anybody_listens_by_is_passed_over() {
    let practice = Practice::texted().await;
    practice.handle(file("cloudwatch-logs-control-message")).await.unwrap();
    assert_eq!(practice.queue.take(), [""; 0]);
}

#[tokio::test]
async fn lines_that_cannot_be_queued_fail_the_call_and_are_queued_when_it_is_redriven() {
    let practice = Practice::texted().await;
    practice.queue.refuse(true);
    let call = file("sns-sms-status-success");
    practice.handle(call.clone()).await.unwrap_err();
    practice.queue.refuse(false);
    // What Lambda keeps of a call that failed, as a dead letter.
    let letter = serde_json::json!({
        "version": "1.0",
        "requestContext": { "condition": "RetriesExhausted", "approximateInvokeCount": 3 },
        "requestPayload": call,
    });
    assert_eq!(practice.failures(batch(&[(&letter.to_string(), 1)])).await, [""; 0]);
    assert_eq!(practice.queue.take().len(), 1);
}

#[tokio::test]
async fn a_receipt_for_a_message_nobody_knows_comes_again_and_is_then_kept_as_a_stray() {
    let practice = Practice::new().await;
    let line = file("sns-sms-status-success-line").to_string();
    for looks in 1..8 {
        assert_eq!(practice.failures(batch(&[(&line, looks)])).await, ["message-0"], "{looks}");
    }
    assert_eq!(practice.failures(batch(&[(&line, 8)])).await, [""; 0]);
    let to = Destination::Mobile(MobileNumber::from_e164("+61491570006").unwrap());
    let around = at("2026-11-22T08:00:00Z")..=at("2026-11-22T08:00:10Z");
    let strays = practice.dynamo.strays().strays_to(&to, around).await.unwrap();
    assert_eq!(strays.len(), 1, "{strays:?}");
    assert_eq!(strays[0].receipt.told, Told::Delivered);
}
