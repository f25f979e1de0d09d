//! The catalogue: a name or code leads to the record that has it, and back; what is linked is there; and a
//! record's versions are whole.

use std::collections::{BTreeMap, BTreeSet};

use app::ports::{Catalogue, PracticeSettings, ProgramVersions};
use domain::ids::ProgramId;
use domain::program::{Assignment, Program};

use super::{Looking, said};

pub(super) async fn look(looking: &mut Looking) {
    let store = looking.dynamo.catalogue();
    let read = store.programs().await;
    let programs = looking.read("the programs", read).unwrap_or_default();
    let read = store.booking_types().await;
    let types = looking.read("the booking types", read).unwrap_or_default();
    let read = store.sites().await;
    let sites = looking.read("the sites", read).unwrap_or_default();
    let read = store.templates().await;
    let templates = looking.read("the templates", read).unwrap_or_default();
    let read = store.settings().await;
    looking.read("the settings", read);

    let names = programs.iter().map(|it| (it.name.folded(), it.id.to_string()));
    led_to(looking, "PROGRAM_NAME", &names.collect());
    let codes = types.iter().map(|it| (it.code.to_string(), it.id.to_string()));
    led_to(looking, "BOOKING_TYPE_CODE", &codes.collect());
    let codes = sites.iter().map(|it| (it.code.to_string(), it.id.to_string()));
    led_to(looking, "SITE_CODE", &codes.collect());

    let there: BTreeSet<&ProgramId> = programs.iter().map(|program| &program.id).collect();
    for kind in &types {
        for program in kind.starts.union(&kind.completes) {
            let leads = there.contains(program);
            looking
                .must(leads, || format!("{} is linked to {program}, which is not there", kind.id));
        }
    }
    let texts: BTreeSet<_> = templates.iter().map(|template| &template.id).collect();
    for program in &programs {
        versions(looking, program).await;
        let missing = program.actions.iter().filter_map(|action| action.message());
        let missing = missing.map(|message| message.medium.template());
        let missing: Vec<_> = missing.filter(|template| !texts.contains(template)).collect();
        let ready = program.assignment == Assignment::Disabled || missing.is_empty();
        looking.must(ready, || format!("{} is enabled and lacks {missing:?}", program.id));
    }
    let replans: Vec<_> =
        looking.items("catalogue", "REPLAN").map(|(_, sk, _)| sk.to_owned()).collect();
    for program in replans {
        let leads = there.iter().any(|it| it.as_str() == program);
        looking.must(leads, || format!("{program} is to be planned anew, and is not there"));
    }
}

/// The names in a partition are those of the records, and lead to them.
fn led_to(looking: &mut Looking, partition: &str, expected: &BTreeMap<String, String>) {
    let names = looking.items("catalogue", partition).filter(|(pk, _, _)| *pk == partition);
    let names: BTreeMap<String, String> = names
        .map(|(_, name, item)| (name.to_owned(), said(item, "id").unwrap_or_default().to_owned()))
        .collect();
    looking.must(names == *expected, || {
        format!("{partition} leads to {names:?}, and the records have {expected:?}")
    });
}

/// Every version of a program is kept, up to the one that counts.
async fn versions(looking: &mut Looking, program: &Program) {
    let all = usize::try_from(program.version).unwrap_or(usize::MAX).saturating_add(1);
    let read = looking.dynamo.catalogue().program_versions(&program.id, None, all).await;
    let what = format!("the versions of {}", program.id);
    let Some(versions) = looking.read(&what, read) else { return };
    let newest = versions.first().map(|version| &version.program);
    looking.must(newest == Some(program), || {
        format!(
            "the last version of {} is not what counts, version {}",
            program.id, program.version
        )
    });
}
