//! What is refused when a database is opened, in words that help and that hold no password.

use crate::support::{make, postgres};
use boothpay_store::{Address, OpenError, Store};
use boothpay_test_support::{Cluster, Database, certificate};

fn open(url: &str) -> Result<Store, OpenError> {
    Store::open(&Address::parse(url).unwrap())
}

fn refusal(url: &str) -> OpenError {
    open(url).map(drop).unwrap_err()
}

/// Sets something for one database, as an owner could.
fn alter(database: &Database, setting: &str) {
    let name = database.url.rsplit('/').next().unwrap();
    database.sql(&format!("alter database {name} set {setting}")).unwrap();
}

#[test]
fn a_database_that_loses_acknowledged_commits_is_refused() {
    let database = Cluster::shared().database();
    alter(&database, "synchronous_commit = off");
    let refused = refusal(&database.url);
    assert!(matches!(refused, OpenError::Unsafe(why) if why.contains("synchronous_commit")), "{refused}");
    for accepted in ["local", "remote_write", "on", "remote_apply"] {
        alter(&database, &format!("synchronous_commit = {accepted}"));
        assert!(open(&database.url).is_ok(), "{accepted}");
    }
}

#[test]
fn a_server_that_does_not_survive_a_power_cut_is_refused() {
    let cluster = Cluster::start();
    let database = cluster.database();
    for setting in ["fsync", "full_page_writes"] {
        cluster.configure(&format!("{setting} = off\n"));
        cluster.stop_server("fast");
        cluster.start_server();
        let refused = refusal(&database.url);
        assert!(matches!(refused, OpenError::Unsafe(why) if why.contains(setting)), "{refused}");
        cluster.configure(&format!("{setting} = on\n"));
        cluster.stop_server("fast");
        cluster.start_server();
        assert!(open(&database.url).is_ok());
    }
}

#[test]
fn a_database_in_another_encoding_is_refused() {
    let database = Cluster::shared().database();
    let create = "create database ascii encoding 'SQL_ASCII' locale 'C' template template0";
    database.sql(create).unwrap();
    let (server, _) = database.url.rsplit_once('/').unwrap();
    let refused = refusal(&format!("{server}/ascii"));
    assert!(matches!(refused, OpenError::Unsafe(why) if why.contains("UTF-8")), "{refused}");
}

#[test]
fn a_newer_schema_and_a_strangers_tables_are_refused_and_left_alone() {
    let database = Cluster::shared().database();
    drop(open(&database.url).unwrap());
    database.sql("insert into boothpay_schema (version) values (99)").unwrap();
    let refused = refusal(&database.url);
    assert!(matches!(refused, OpenError::Newer { found: 99, known: 1 }), "{refused}");

    let strange = Cluster::shared().database();
    strange.sql("create table orders (theirs text)").unwrap();
    let refused = refusal(&strange.url);
    assert!(matches!(refused, OpenError::Occupied(_)), "{refused}");
    assert_eq!(strange.sql("select to_regclass('boothpay_schema') is null").as_deref(), Ok("t"));
}

#[test]
fn what_cannot_be_reached_is_named_without_the_password() {
    let database = Cluster::shared().database();
    let wrong_password = database.url.replace("cluster-secret", "canary");
    let nowhere = "postgres://anna:canary@127.0.0.1:1/booth".to_owned();
    let no_database = database.url.replace("/test_", "/none_");
    for url in [wrong_password, nowhere, no_database] {
        let refused = refusal(&url);
        assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused}");
        let words = format!("{refused} {refused:?}");
        assert!(!words.contains("canary") && !words.contains("cluster-secret"), "{words}");
        assert!(words.contains("127.0.0.1"), "{words}");
    }
}

#[test]
fn several_programs_may_start_on_a_new_database_at_once() {
    let (database, address) = postgres();
    let opening: Vec<_> = (0..4)
        .map(|_| {
            let address = address.clone();
            std::thread::spawn(move || Store::open(&address).map(drop))
        })
        .collect();
    for program in opening {
        program.join().unwrap().unwrap();
    }
    assert_eq!(database.sql("select array_agg(version) from boothpay_schema").as_deref(), Ok("{1}"));
}

#[tokio::test]
async fn a_database_can_be_reached_through_the_socket() {
    let cluster = Cluster::shared();
    let store = open(&cluster.socket_url(&cluster.database())).unwrap();
    make(&store, "a", 1000).await;
    store.probe().await.unwrap();
}

#[test]
fn an_encrypted_line_is_verified() {
    let cluster = Cluster::start();
    let database = cluster.database();
    let certificate = encrypt(&cluster);
    let over = |host: &str, rest: &str| {
        let url = database.url.replace("@127.0.0.1:", &format!("@{host}:"));
        open(&format!("{url}?sslmode=require{rest}"))
    };
    let trusted = format!("&sslrootcert={}", certificate.display());
    assert!(over("localhost", &trusted).is_ok());
    // Not signed by anybody whom the world trusts.
    assert!(matches!(over("localhost", "").err(), Some(OpenError::Unreachable { .. })));
    // Another name than the certificate's.
    assert!(matches!(over("127.0.0.1", &trusted).err(), Some(OpenError::Unreachable { .. })));
}

/// Gives a cluster a certificate for `localhost`, and returns its file.
fn encrypt(cluster: &Cluster) -> std::path::PathBuf {
    let (certificate, key) = certificate(&cluster.folder().join("data"), "server", "DNS:localhost");
    cluster.hand_over(&key);
    cluster.hand_over(&certificate);
    cluster.configure("ssl = on\nssl_cert_file = 'server.pem'\n");
    cluster.stop_server("fast");
    cluster.start_server();
    certificate
}
