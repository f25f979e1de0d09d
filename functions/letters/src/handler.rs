//! Translates requests into use cases, and their results into answers.

mod batches;
mod epost;
mod letterhead;
mod letters;

use std::sync::Arc;

use app::letters::PostRoom;
use app::ports::{Catalogue, Clock, Ids, LetterFiles, Letters, People, PracticeSettings, WorkList};
use aws::dynamo::IdempotencyStore;
use aws::http::{Api, Caller, KeepsAnswers, Method, Problem, Role};
use aws::secrets::WebhookSecrets;
use axum::extract::State;
use domain::distribution::Done;
use domain::staff::StaffId;
use domain::text::Label;

/// The ports of this function, as one type, so that a handler names none it does not use.
pub trait Ports: 'static {
    /// The distribution list.
    type Letters: Letters;
    /// The files of letters.
    type Files: LetterFiles;
    /// Sites, and the practice's settings.
    type Catalogue: Catalogue + PracticeSettings;
    /// Patients.
    type People: People;
    /// The work list.
    type WorkList: WorkList;
    /// The clock.
    type Clock: Clock;
    /// New ids.
    type Ids: Ids;
}

/// What the handlers need.
pub struct Context<W: Ports> {
    /// The distribution list.
    pub letters: W::Letters,
    /// The files of letters.
    pub files: W::Files,
    /// Sites, and the practice's settings.
    pub catalogue: W::Catalogue,
    /// Patients.
    pub people: W::People,
    /// The work list.
    pub work_list: W::WorkList,
    /// The clock.
    pub clock: W::Clock,
    /// New ids.
    pub ids: W::Ids,
    /// What the practice is called until its settings say.
    pub practice_name: Label,
    /// What the ePost provider signs with.
    pub secrets: WebhookSecrets<W::Clock>,
    /// The answers to what created something.
    pub answers: IdempotencyStore,
}

impl<W: Ports> KeepsAnswers for Context<W> {
    fn answers(&self) -> &IdempotencyStore {
        &self.answers
    }
}

type Shared<W> = State<Arc<Context<W>>>;

/// The routes, each with the least role it needs; what the ePost provider says is signed.
pub fn api<W: Ports>() -> Api<Arc<Context<W>>> {
    use Method::{Delete, Get, Post, Put};
    use Role::{Admin, FrontDesk, Viewer};
    Api::new()
        .queried(Get, "/v1/letters", Viewer, letters::list)
        .creating("/v1/letters/batches", FrontDesk, batches::print)
        .route(Get, "/v1/letters/batches/{id}", Viewer, batches::get)
        .route(Post, "/v1/letters/batches/{id}/link", FrontDesk, batches::link)
        .route(Post, "/v1/letters/batches/{id}/posted", FrontDesk, batches::posted)
        .route(Post, "/v1/letters/preview", Viewer, letterhead::preview)
        .route(Get, "/v1/letters/{id}", Viewer, letters::get)
        .route(Post, "/v1/letters/{id}/link", FrontDesk, letters::link)
        .route(Post, "/v1/letters/{id}/posted", FrontDesk, letters::posted)
        .route(Post, "/v1/letters/{id}/returned", FrontDesk, letters::returned)
        .route(Post, "/v1/letters/{id}/again", FrontDesk, letters::again)
        .route(Post, "/v1/letters/{id}/withdrawn", FrontDesk, letters::withdrawn)
        .route(Get, "/v1/settings/logo", Viewer, letterhead::logo)
        .route(Put, "/v1/settings/logo", Admin, letterhead::save)
        .route(Delete, "/v1/settings/logo", Admin, letterhead::remove)
        .signed_route(Post, "/webhooks/epost", epost::report)
}

/// The stores that the use cases of the list need.
type PostRoomOf<'a, W> = PostRoom<
    'a,
    <W as Ports>::Letters,
    <W as Ports>::Files,
    <W as Ports>::Catalogue,
    <W as Ports>::People,
    <W as Ports>::WorkList,
>;

impl<W: Ports> Context<W> {
    const fn post_room(&self) -> PostRoomOf<'_, W> {
        PostRoom {
            letters: &self.letters,
            files: &self.files,
            catalogue: &self.catalogue,
            people: &self.people,
            work: &self.work_list,
        }
    }

    /// That the caller does something, now.
    fn done(&self, caller: &Caller) -> Result<Done, Problem> {
        let by = StaffId::parse(&caller.subject)
            .map_err(|_| Problem::unauthorized("The token names nobody we can record."))?;
        Ok(Done { at: self.clock.now(), by })
    }

    async fn practice(&self) -> Result<String, Problem> {
        let settings = self.catalogue.settings().await?;
        Ok(settings.practice_name(self.practice_name.as_str()).to_owned())
    }
}
