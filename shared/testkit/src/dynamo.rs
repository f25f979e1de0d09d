//! A DynamoDB in the process, with the tables of `infra/template.yaml`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use aws::clients::Aws;
use aws::dynamo::{
    BalanceStore, BookingStore, CatalogueStore, DeliveryStore, DueStore, EnrolmentReaderStore,
    EnrolmentScanStore, EnrolmentStore, IdempotencyStore, IntakeStore, LetterStore, NewcomerStore,
    PeopleStore, ReplyStore, SentStore, StrayStore, Table, WaitingStore, WorkListStore,
};
use aws::files::S3Files;
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use tokio::net::TcpListener;

use crate::bucket::Bucket;
use crate::fakes::{CountingIds, FakeClock};
use crate::wire::Wire;

/// The tables.
const TABLES: [&str; 6] = ["catalogue", "intake", "work-list", "people", "enrolments", "letters"];

/// Everything that is stored, by table and key.
pub type Dump = BTreeMap<(&'static str, String, String), HashMap<String, AttributeValue>>;

/// A running DynamoDB with empty tables.
#[derive(Debug, Clone)]
pub struct Dynamo {
    /// The real SDK client.
    pub client: Client,
    /// What goes over the wire to it: counted, and broken on demand.
    pub wire: Arc<Wire>,
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
        let database = dynoxide::Database::memory().expect("an in-memory database opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        tokio::spawn(dynoxide::server::serve_on(listener, database));
        let wire = Arc::new(Wire::default());
        let credentials = Credentials::new("test", "test", None, None, "test");
        let endpoint = Some(format!("http://127.0.0.1:{port}"));
        let aws = Aws::new(credentials, "ap-southeast-2".to_owned(), endpoint);
        let unwatched = aws.dynamodb();
        let plain = aws.clone();
        let aws = aws.over(|http| Wire::around(&wire, http));
        let client = aws.dynamodb();
        let (bucket, port) = Bucket::serve().await;
        let bucket_endpoint = format!("http://127.0.0.1:{port}");
        let dynamo = Self { client, wire, unwatched, bucket, aws, plain, bucket_endpoint };
        dynamo.create_tables().await;
        dynamo
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
    pub async fn dump(&self) -> Dump {
        let mut dump = Dump::new();
        for table in TABLES {
            let mut pages = self.unwatched.scan().table_name(table).into_paginator().items().send();
            while let Some(item) = pages.next().await {
                let item = item.expect("the table can be read");
                let key = |name: &str| item.get(name).and_then(|key| key.as_s().ok()).cloned();
                let place = (table, key("pk").unwrap_or_default(), key("sk").unwrap_or_default());
                dump.insert(place, item);
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

    /// The shards of the due index that have an entry.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn busy_shards(&self) -> BTreeSet<u8> {
        let all = self.unwatched.scan().table_name("enrolments").index_name("due");
        let mut pages = all.into_paginator().items().send();
        let mut shards = BTreeSet::new();
        while let Some(entry) = pages.next().await {
            let entry = entry.expect("the index can be read");
            let shard = entry.get("due_shard").and_then(|shard| shard.as_s().ok());
            shards.insert(shard.and_then(|shard| shard.parse().ok()).expect("a shard's number"));
        }
        shards
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
