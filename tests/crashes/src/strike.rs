//! Strikes operations.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;

use app::ports::Clock;
use domain::program::Channel;
use testkit::audit::audit_against;
use testkit::wire::Fault;
use tokio::runtime::Builder;

use crate::operation::{Heard, Operation, Wish};
use crate::practice::Practice;
use crate::same::{differences, exactly, told};
use crate::stage::Stage;

/// Most things that are shown when they are wrong.
const SHOWN: usize = 10;
/// How often whoever asks goes on asking, once nothing breaks any more.
const PATIENCE: usize = 4;
/// Every way in which one call breaks. A read whose answer is lost is read again by the SDK, and that is all.
const FAULTS: [Fault; 3] = [Fault::DeadBefore, Fault::DeadAfter, Fault::Brownout];

/// What happens to an operation.
#[derive(Debug, Clone, Copy)]
struct Blow {
    /// Which operation.
    operation: usize,
    /// Its call that breaks, and how.
    first: (usize, Fault),
    /// The call of its repetition that breaks.
    second: Option<(usize, Fault)>,
}

/// An operation that nothing happened to.
struct Whole {
    calls: Vec<Call>,
    stored: Vec<String>,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    /// It reads.
    Reads,
    /// It may change what is stored.
    Writes,
}

impl Call {
    fn of(operation: &str) -> Self {
        match operation {
            "GetItem" | "BatchGetItem" | "Query" | "Scan" => Self::Reads,
            _ => Self::Writes,
        }
    }
}

/// What was found of states that were looked at: most deaths leave one of a few.
type Looked = Mutex<HashMap<String, Vec<String>>>;

/// Strikes each operation at each of its calls, by every fault; and after it has died after a write its
/// repetition, which dies after the same call, and after the next one: there it meets what the first has
/// left. (To die after a read leaves what to die after the write before it leaves, and so does to die before
/// a call.) A write whose answer is lost is done: the SDK asks again. Counts how many calls were struck.
///
/// # Panics
/// When an operation is not whole afterwards; all that was found is said.
pub fn strike(stage: &Stage, operations: &[Operation]) {
    let looked = Looked::default();
    let whole: Vec<Whole> = on_threads(operations.len(), async |n| {
        let operation = operations.get(n).expect("it is one of them");
        whole(stage, operation, &looked).await
    });
    let blows = whole.iter().enumerate();
    let blows: Vec<Blow> = blows.flat_map(|(n, whole)| blows_of(n, &whole.calls)).collect();
    let struck = AtomicU64::new(0);
    let wrong: Vec<Vec<String>> = on_threads(blows.len(), async |n| {
        let blow = blows.get(n).expect("it is one of them");
        let operation = operations.get(blow.operation).expect("it is one of them");
        let whole = whole.get(blow.operation).expect("each was tried whole");
        let (calls, wrong) = struck_by(stage, operation, whole, blow, &looked).await;
        struck.fetch_add(calls, Ordering::Relaxed);
        let at = format!("{}, {:?} and {:?}", operation.name, blow.first, blow.second);
        wrong.into_iter().map(|wrong| format!("{at}: {wrong}")).collect()
    });
    proof::note("crash points", struck.into_inner());
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    let first = wrong.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} things are wrong, such as:\n{first}", wrong.len());
}

fn blows_of(operation: usize, calls: &[Call]) -> Vec<Blow> {
    let mut blows = Vec::new();
    for (call, does) in calls.iter().enumerate() {
        let once = FAULTS.map(|fault| Blow { operation, first: (call, fault), second: None });
        blows.extend(once);
        match does {
            Call::Reads => continue,
            Call::Writes => {}
        }
        blows.push(Blow { operation, first: (call, Fault::AnswerLost), second: None });
        let again = [call, call + 1].map(|again| Some((again, Fault::DeadAfter)));
        let first = (call, Fault::DeadAfter);
        blows.extend(again.map(|second| Blow { operation, first, second }));
    }
    blows
}

/// Carries an operation out undisturbed, and asks for it again, which changes nothing.
async fn whole(stage: &Stage, operation: &Operation, looked: &Looked) -> Whole {
    let practice = Practice::on(stage).await;
    operation.prepare(&practice).await;
    let before = practice.clinic.dynamo.wire.made();
    let heard = operation.act(&practice).await;
    let name = operation.name;
    assert_eq!(heard, Heard::Done, "{name}");
    let calls = practice.clinic.dynamo.wire.operations_after(before);
    let calls = calls.iter().map(|operation| Call::of(operation)).collect();
    operation.follow(&practice).await;
    let stored = stored(&practice, stage).await;
    assert_eq!(problems(&practice, stage, operation, looked).await, Vec::<String>::new(), "{name}");
    if operation.wish == Wish::Whole {
        operation.act(&practice).await;
        operation.follow(&practice).await;
        let again = differences(&stored, &self::stored(&practice, stage).await);
        assert_eq!(again, Vec::<String>::new(), "{name}: asked for twice");
    }
    Whole { calls, stored }
}

/// Strikes it, and answers how many calls were struck and what is wrong.
async fn struck_by(
    stage: &Stage,
    operation: &Operation,
    whole: &Whole,
    blow: &Blow,
    looked: &Looked,
) -> (u64, Vec<String>) {
    let practice = Practice::on(stage).await;
    operation.prepare(&practice).await;
    let (mut struck, mut wrong) = (0, Vec::new());
    for (call, fault) in [Some(blow.first), blow.second].into_iter().flatten() {
        practice.clinic.dynamo.wire.break_call(call, fault);
        let heard = operation.act(&practice).await;
        if practice.clinic.dynamo.wire.mend() {
            struck += 1;
            // The SDK asks again, and what it finds is its own doing.
            if fault == Fault::AnswerLost && heard != Heard::Done {
                wrong.push(format!("an answer is lost, and it is not done: {heard:?}"));
            }
        }
        wrong.extend(problems(&practice, stage, operation, looked).await);
        if heard == Heard::Busy {
            practice.wait();
        }
    }
    let mut heard = Heard::Again;
    for _ in 0..PATIENCE {
        heard = operation.act(&practice).await;
        match heard {
            Heard::Again => {}
            Heard::Busy => practice.wait(),
            Heard::Done | Heard::Otherwise(_) => break,
        }
    }
    match heard {
        // Whoever hears that it is otherwise looks, and finds what they wished.
        Heard::Done | Heard::Otherwise(_) => {}
        Heard::Again | Heard::Busy => {
            wrong.push(format!("I6: it never comes to an end: {heard:?}"));
        }
    }
    operation.follow(&practice).await;
    wrong.extend(problems(&practice, stage, operation, looked).await);
    if operation.wish == Wish::Whole {
        let differences = differences(&whole.stored, &stored(&practice, stage).await);
        if !differences.is_empty() {
            wrong
                .push(format!("it is not as it would be ({heard:?}):\n{}", differences.join("\n")));
        }
    }
    (struck, wrong)
}

/// What is wrong with what is stored, and with what was sent.
async fn problems(
    practice: &Practice,
    stage: &Stage,
    operation: &Operation,
    looked: &Looked,
) -> Vec<String> {
    let clinic = &practice.clinic;
    let sms = (Channel::Sms, clinic.sms.outbox().len() + stage.texted);
    let email = (Channel::Email, clinic.email.outbox().len() + stage.emailed);
    let taken = match operation.wish {
        Wish::Whole | Wish::Sound => vec![sms, email],
        Wish::PerhapsTwice => Vec::new(),
    };
    let whole = format!("{taken:?}\n{}", exactly(&practice.dump().await));
    let known = looked.lock().expect("not poisoned").get(&whole).cloned();
    if let Some(problems) = known {
        return problems;
    }
    let problems = audit_against(&clinic.dynamo, clinic.clock.now(), &taken).await;
    looked.lock().expect("not poisoned").insert(whole, problems.clone());
    problems
}

async fn stored(practice: &Practice, stage: &Stage) -> Vec<String> {
    told(&practice.dump().await, &practice.clinic.dynamo.bucket.paths(""), stage.now)
}

/// Most of the time a blow waits for the SDK, which tries again by and by.
const THREADS_OF_A_PROCESSOR: usize = 4;

/// What comes of each of so many jobs, which share nothing and are done on many threads.
fn on_threads<T: Send>(jobs: usize, job: impl AsyncFn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut done = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= jobs {
                    return done;
                }
                done.push((n, Box::pin(job(n)).await));
            }
        })
    };
    let mut done = std::thread::scope(|scope| {
        let threads = available_parallelism().map_or(1, usize::from) * THREADS_OF_A_PROCESSOR;
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("it did not panic"));
        joined.flatten().collect::<Vec<_>>()
    });
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Waits for something on a runtime of its own.
///
/// # Panics
/// When there can be none.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(Box::pin(future))
}
