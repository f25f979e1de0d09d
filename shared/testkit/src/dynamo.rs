//! A DynamoDB in the process, with the tables of `infra/template.yaml`.

mod plain;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, CountStore, DeliveryStore, DueStore,
    EnrolmentReaderStore, EnrolmentScanStore, EnrolmentStore, IdempotencyStore, IntakeStore,
    LetterStore, NewcomerStore, PeopleStore, ReplyStore, SentStore, StrayStore, Table, TablesHere,
    WaitingStore, WorkListStore,
};
use aws::files::S3Files;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use domain::home::Kept;
use dynoxide::Database;
use dynoxide::actions::scan::ScanRequest;
use serde_json::json;
use tokio::net::TcpListener;

use crate::bucket::Bucket;
use crate::fakes::{CountingIds, FakeClock};
use crate::inside::Inside;
use crate::wire::Wire;

/// The tables.
const TABLES: [&str; 6] = ["catalogue", "intake", "work-list", "people", "enrolments", "letters"];

/// Everything that is stored, by table and key.
pub type Dump = BTreeMap<(&'static str, String, String), HashMap<String, AttributeValue>>;

/// The database itself, which does not say what is in it.
#[derive(Clone)]
struct Engine(Database);

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

/// A running DynamoDB with empty tables.
#[derive(Debug, Clone)]
pub struct Dynamo {
    /// The real SDK client.
    pub client: Client,
    /// What goes over the wire to it: counted, and broken on demand.
    pub wire: Arc<Wire>,
    database: Engine,
    unwatched: Client,
    /// The bucket of letters.
    pub bucket: Bucket,
    aws: Aws,
    plain: Aws,
    bucket_endpoint: String,
}

impl Dynamo {
    /// Starts one.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start() -> Self {
        let dynamo = Self::serve(Database::memory().expect("an in-memory database opens")).await;
        dynamo.create_tables().await;
        dynamo
    }

    /// Starts one that has what another one had: what [`Dynamo::save`] wrote there.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn restored(path: &Path) -> Self {
        let database = Database::memory().expect("an in-memory database opens");
        let path = path.to_str().expect("a path that is text");
        database.restore_from(path).expect("it was saved there");
        Self::serve(database).await
    }

    /// Saves everything that is stored to a file that is not there yet.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn save(&self, path: &Path) {
        let path = path.to_str().expect("a path that is text");
        self.database.0.vacuum_into(path).expect("it can be written");
    }

    async fn serve(database: Database) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        tokio::spawn(dynoxide::server::serve_on(listener, database.clone()));
        let (bucket, bucket_port) = Bucket::serve().await;
        let at = |port| format!("http://127.0.0.1:{port}");
        let aws = Aws::new(credentials(), "ap-southeast-2".to_owned(), Some(at(port)));
        Self::over(database, aws, bucket, at(bucket_port))
    }

    /// One that is called without a network: a call is answered within the poll that makes it. `name` is
    /// its own, because the SDK counts the retries of all clients of one region together.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn inside(name: &str) -> Self {
        let database = Database::memory().expect("an in-memory database opens");
        let bucket = Bucket::default();
        let inside = Inside { database: database.clone(), bucket: bucket.clone() };
        let endpoint = "http://inside.invalid".to_owned();
        let aws = Aws::new(credentials(), name.to_owned(), Some(endpoint.clone()));
        let dynamo = Self::over(database, aws.over(|_| inside.client()), bucket, endpoint);
        dynamo.create_tables().await;
        dynamo
    }

    fn over(database: Database, aws: Aws, bucket: Bucket, bucket_endpoint: String) -> Self {
        let wire = Arc::new(Wire::default());
        let database = Engine(database);
        let unwatched = aws.dynamodb();
        let plain = aws.clone();
        let aws = aws.over(|http| Wire::around(&wire, http));
        let client = aws.dynamodb();
        Self { client, wire, database, unwatched, bucket, aws, plain, bucket_endpoint }
    }

    /// The same tables, called through something that is put around the plain HTTP client.
    #[must_use]
    pub fn through(&self, change: impl FnOnce(SharedHttpClient) -> SharedHttpClient) -> Self {
        let aws = self.plain.clone().over(change);
        Self { client: aws.dynamodb(), aws, wire: Arc::default(), ..self.clone() }
    }

    /// The same tables over a wire of their own: for others who work at the same time.
    #[must_use]
    pub fn unwatched(&self) -> Self {
        let (client, aws) = (self.unwatched.clone(), self.plain.clone());
        Self { client, aws, wire: Arc::default(), ..self.clone() }
    }

    async fn create_tables(&self) {
        for name in ["catalogue", "work-list"] {
            self.create_table(name, &[]).await;
        }
        let due = ("due", "due_shard", "due_key");
        self.create_table("intake", &[due]).await;
        let by_name = ("by_name", "last_initial", "last_first");
        let by_first_name = ("by_first_name", "first_initial", "first_last");
        let by_birth_date = ("by_birth_date", "birth_date", "last_first");
        let by_mobile = ("by_mobile", "mobile", "last_first");
        let by_medicare = ("by_medicare", "medicare_card", "last_first");
        let of_people = [by_name, by_first_name, by_birth_date, by_mobile, by_medicare];
        self.create_table("people", &of_people).await;
        let by_program = ("by_program", "open_program", "enrolled_at");
        let by_destination = ("by_destination", "sent_to", "sent_key");
        self.create_table("enrolments", &[due, by_program, by_destination]).await;
        let by_shelf = ("by_shelf", "shelf", "placed");
        let by_program = ("by_program", "of_program", "placed");
        self.create_table("letters", &[by_shelf, by_program]).await;
    }

    /// Makes every table anew, with what it had then: under the same names, and as a table that is
    /// restored to a point in time, with other identities.
    ///
    /// # Panics
    /// When it cannot be done.
    pub async fn restore(&self, then: &Dump) {
        for table in TABLES {
            let deleted = self.unwatched.delete_table().table_name(table).send().await;
            deleted.expect("the table is deleted");
        }
        self.unwatched().create_tables().await;
        for ((table, ..), item) in then {
            let put = self.unwatched.put_item().table_name(*table).set_item(Some(item.clone()));
            put.send().await.expect("the item is put back");
        }
    }

    /// The tables by their names, as a function asks for them.
    pub fn tables_here(&self, clock: &FakeClock) -> TablesHere<FakeClock> {
        let kept = |name| match name {
            "people" => Kept::People,
            "enrolments" => Kept::Enrolments,
            "intake" => Kept::Intake,
            "letters" => Kept::Letters,
            "work-list" => Kept::WorkList,
            _ => Kept::Catalogue,
        };
        let names = TABLES.map(|name| (kept(name), name.to_owned()));
        TablesHere::new(&self.unwatched, names.to_vec(), clock.clone())
    }

    async fn create_table(&self, name: &str, indexes: &[(&str, &str, &str)]) {
        let mut request = self
            .client
            .create_table()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema("pk", "sk")));
        let attributes = ["pk", "sk"].into_iter().chain(indexes.iter().flat_map(|i| [i.1, i.2]));
        for attribute in attributes.collect::<BTreeSet<_>>() {
            let definition = AttributeDefinition::builder()
                .attribute_name(attribute)
                .attribute_type(ScalarAttributeType::S);
            request = request.attribute_definitions(definition.build().expect("complete"));
        }
        for (index, hash, range) in indexes {
            let keys_only = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
            let index = GlobalSecondaryIndex::builder()
                .index_name(*index)
                .set_key_schema(Some(key_schema(hash, range)))
                .projection(keys_only);
            request = request.global_secondary_indexes(index.build().expect("complete"));
        }
        request.send().await.expect("the table is created");
    }

    /// Everything that is stored, by table and key.
    ///
    /// # Panics
    /// When it cannot be read.
    #[expect(clippy::unused_async, reason = "whoever looks at a store waits for it")]
    pub async fn dump(&self) -> Dump {
        let mut dump = Dump::new();
        for table in TABLES {
            let mut after = None;
            loop {
                let request = ScanRequest {
                    table_name: table.to_owned(),
                    exclusive_start_key: after,
                    ..ScanRequest::default()
                };
                let page = self.database.0.scan(request).expect("the table can be read");
                for item in page.items.unwrap_or_default() {
                    let item = plain::item(item);
                    let key = |name: &str| item.get(name).and_then(|it| it.as_s().ok()).cloned();
                    let (pk, sk) = (key("pk").unwrap_or_default(), key("sk").unwrap_or_default());
                    dump.insert((table, pk, sk), item);
                }
                after = page.last_evaluated_key;
                if after.is_none() {
                    break;
                }
            }
        }
        dump
    }

    /// The same without what is kept of deliveries apart from what they say: how many there were, and
    /// what was refused.
    pub async fn dump_of_practice(&self) -> Dump {
        let mut dump = self.dump().await;
        dump.retain(|(_, pk, _), _| !pk.starts_with("REFUSED#") && !pk.starts_with("DELIVERIES#"));
        dump
    }

    /// Spoils what a stored item says, as a faulty release could: it is still where it was and in its
    /// indexes, and cannot be read.
    ///
    /// # Panics
    /// When there is no such item.
    pub async fn spoil(&self, table: &str, pk: &str, sk: &str) {
        let update = self.unwatched.update_item().table_name(table);
        update
            .key("pk", AttributeValue::S(pk.to_owned()))
            .key("sk", AttributeValue::S(sk.to_owned()))
            .update_expression("SET #data = :nonsense")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#data", "data")
            .expression_attribute_values(":nonsense", AttributeValue::S("nonsense".to_owned()))
            .send()
            .await
            .expect("the item is there");
    }

    /// The shards of the due index of enrolments that have an entry.
    ///
    /// # Panics
    /// When they cannot be read.
    pub fn busy_shards(&self) -> BTreeSet<u8> {
        self.due_keys("enrolments").into_iter().map(|(shard, _)| shard).collect()
    }

    /// The shards of a table's due index that have an entry up to this key.
    ///
    /// # Panics
    /// When they cannot be read.
    pub fn due_shards(&self, table: &str, upto: &str) -> BTreeSet<u8> {
        let keys = self.due_keys(table).into_iter();
        keys.filter(|(_, key)| key.as_str() <= upto).map(|(shard, _)| shard).collect()
    }

    /// The entries of a table's due index, by shard and key.
    ///
    /// # Panics
    /// When they cannot be read.
    pub fn due_keys(&self, table: &str) -> BTreeSet<(u8, String)> {
        // Asked of the database itself: who looks on does so at every step.
        let mut place = json!({});
        let mut entries = BTreeSet::new();
        loop {
            let index = json!({ "TableName": table, "IndexName": "due" });
            let asked = [index, place].into_iter().filter_map(|part| part.as_object().cloned());
            let asked = serde_json::Value::Object(asked.flatten().collect());
            let asked = serde_json::from_value(asked).expect("it is a scan");
            let page = self.database.0.scan(asked).expect("the index can be read");
            for entry in page.items.unwrap_or_default() {
                let text = |name: &str| match entry.get(name) {
                    Some(dynoxide::AttributeValue::S(text)) => Some(text.clone()),
                    _other => None,
                };
                let shard = text("due_shard").and_then(|shard| shard.parse().ok());
                let key = text("due_key").expect("an entry has a key");
                entries.insert((shard.expect("a shard's number"), key));
            }
            let Some(last) = page.last_evaluated_key else { return entries };
            place = json!({ "ExclusiveStartKey": last });
        }
    }

    fn table(&self, name: &str) -> Table {
        Table::new(&self.client, name)
    }

    /// The catalogue's store.
    pub fn catalogue(&self) -> CatalogueStore {
        CatalogueStore::new(self.table("catalogue"))
    }

    /// The patients' store.
    pub fn people(&self) -> PeopleStore {
        PeopleStore::new(self.table("people"))
    }

    /// The store of new patients, and the questions about them.
    pub fn newcomers(&self) -> NewcomerStore {
        NewcomerStore::new(self.people(), self.work_list())
    }

    /// The enrolments' store.
    pub fn enrolments(&self) -> EnrolmentStore {
        let (enrolments, work_list) = (self.table("enrolments"), self.table("work-list"));
        EnrolmentStore::new(enrolments, work_list, self.table("intake"))
    }

    /// What the API reads of enrolments.
    pub fn enrolment_reader(&self) -> EnrolmentReaderStore {
        EnrolmentReaderStore::new(self.table("enrolments"))
    }

    /// Everything that is stored of enrolments.
    pub fn enrolment_scan(&self) -> EnrolmentScanStore {
        EnrolmentScanStore::new(self.table("enrolments"))
    }

    /// The balances of all days.
    pub fn balances(&self) -> BalanceStore {
        BalanceStore::new(self.table("catalogue"))
    }

    /// What was sent, by where it went.
    pub fn sent(&self) -> SentStore {
        SentStore::new(self.table("enrolments"))
    }

    /// Receipts that are about nothing known.
    pub fn strays(&self) -> StrayStore {
        StrayStore::new(self.table("intake"))
    }

    /// What was seen of the day so far.
    pub fn day_counts(&self) -> CountStore {
        CountStore::new(self.table("intake"))
    }

    /// The due index.
    pub fn due_index(&self) -> DueStore {
        DueStore::new(self.table("enrolments"))
    }

    /// What was delivered, and what of it was refused.
    pub fn deliveries(&self) -> DeliveryStore {
        DeliveryStore::new(self.table("intake"))
    }

    /// The index of events that wait.
    pub fn waiting(&self) -> WaitingStore {
        WaitingStore::new(self.table("intake"))
    }

    /// The intake's store.
    pub fn intake(&self) -> IntakeStore {
        let (enrolments, work_list) = (self.table("enrolments"), self.table("work-list"));
        IntakeStore::new(self.table("intake"), enrolments, work_list, 30)
    }

    /// The store of what patients answered.
    pub fn replies(&self) -> ReplyStore {
        let (intake, people) = (self.table("intake"), self.table("people"));
        ReplyStore::new(intake, people, self.table("enrolments"), self.table("work-list"))
    }

    /// The bookings' store.
    pub fn bookings(&self) -> BookingStore {
        BookingStore::new(self.table("intake"))
    }

    /// The distribution list.
    pub fn letters(&self) -> LetterStore {
        LetterStore::new(self.table("letters"))
    }

    /// The files of letters, over the same wire as the stores.
    pub fn files(&self) -> S3Files {
        S3Files::new(&self.aws.clone().at(&self.bucket_endpoint), "letters")
    }

    /// The store of answers to requests that create something.
    pub fn answers(&self, clock: &FakeClock, ids: &CountingIds) -> IdempotencyStore {
        IdempotencyStore::new(self.table("intake"), clock.clone(), ids.clone())
    }

    /// The work list's store.
    pub fn work_list(&self) -> WorkListStore {
        WorkListStore::new(self.enrolments())
    }
}

fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "test")
}

fn key_schema(hash: &str, range: &str) -> Vec<KeySchemaElement> {
    [(hash, KeyType::Hash), (range, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .expect("complete")
        })
        .collect()
}
