//! A receiver that dies at any call, and answers that are handed over again.

use delivery::Clinic;
use domain::program::Significance;
use testkit::faults::{Struck, at_every_call};
use testkit::wire::Fault;

use crate::support::{asks, clinic_of, file, hand_over, reminds, take};

async fn significant() -> Clinic {
    clinic_of(vec![asks(), reminds()], |program| program.significance = Significance::Clinical)
        .await
}

#[tokio::test]
async fn a_receiver_may_die_at_any_call_and_the_same_answer_again_makes_it_whole() {
    let all = [Fault::DeadBefore, Fault::DeadAfter, Fault::Brownout].as_slice();
    let after = [Fault::DeadAfter].as_slice();
    for (name, faults) in
        [("stop", all), ("number", after), ("yes", after), ("sounds-like-stop", after)]
    {
        let whole = significant().await;
        take(&whole, file(name)).await;
        let whole = whole.dynamo.dump().await;
        let hand_over = async |clinic: &Clinic| hand_over(clinic, &[file(name)]).await;
        at_every_call(faults, 5, significant, hand_over, async |clinic, struck| {
            let Struck { fault, at, answer: failed } = struck;
            // What is not done comes again; and it may come again though it was done.
            if fault != Fault::Brownout {
                assert_eq!(failed, [0], "{name}: {at}");
            }
            take(&clinic, file(name)).await;
            assert_eq!(clinic.dynamo.dump().await, whole, "{name}: {at}");
        });
    }
}

#[tokio::test]
async fn an_answer_that_comes_many_times_does_what_it_did_once() {
    for name in ["stop", "cancel", "number", "yes", "unmatched", "without-message"] {
        let clinic = significant().await;
        take(&clinic, file(name)).await;
        let once = clinic.dynamo.dump().await;
        let again = hand_over(&clinic, &[file(name), file(name), file(name)]).await;
        assert_eq!(again, [0; 0]);
        assert_eq!(clinic.dynamo.dump().await, once, "{name}");
    }
}

#[tokio::test]
async fn two_receivers_of_one_answer_do_it_once() {
    let clinic = significant().await;
    let others = clinic.others();
    let (mine, theirs) = (file("stop"), file("stop"));
    let (mine, theirs) = ([mine], [theirs]);
    let (a, b) = (hand_over(&clinic, &mine), hand_over(&others, &theirs));
    let (a, b) = futures_util::future::join(a, b).await;
    assert_eq!((a, b), (vec![], vec![]));
    let whole = significant().await;
    take(&whole, file("stop")).await;
    assert_eq!(clinic.dynamo.dump().await, whole.dynamo.dump().await);
}
