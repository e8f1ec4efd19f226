//! The API's description, held against the routes and the started program. Every other test of this program holds each answer that it
//! gets against the description too (`support.rs`).

use super::support::Folder;
use boothpay_server::openapi;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Routes that programs do not call: pages, their files, and the calls of the booth's own page.
const OF_PAGES: [&str; 4] = ["/", "/assets/", "/pictures/", "/api/booth/"];

/// The wallets' one route for all of Uzum's operations, each of which is described by itself.
const UZUM: &str = "/api/uzum/";

/// The routes as `routes.rs` has them, each with its methods; `any` stands for all.
fn routes() -> BTreeMap<String, BTreeSet<String>> {
    let source = include_str!("../../../server/src/routes.rs");
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in source.split(".route(\"").skip(1) {
        let (path, rest) = route.split_once('"').unwrap();
        let mut depth = 1;
        let end = rest.find(|it| {
            depth += match it {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let handlers = &rest[..end.unwrap()];
        let methods = ["get", "post", "put", "delete", "any"].into_iter();
        let methods = methods
            .filter(|method| handlers.contains(&format!(" {method}(")) || handlers.contains(&format!(".{method}(")));
        let path = if path == "/" { path } else { path.trim_end_matches('/') };
        routes.entry(path.to_owned()).or_default().extend(methods.map(str::to_owned));
    }
    routes
}

#[test]
fn every_route_for_programs_is_described_and_nothing_else() {
    let routes = routes();
    assert!(routes.len() > 40 && routes["/api/session/{id}"].len() == 3, "the routes are read: {routes:#?}");
    let is_of_pages =
        |path: &str| OF_PAGES.iter().any(|of| if *of == "/" { path == "/" } else { path.starts_with(of) });
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, methods) in routes.into_iter().filter(|(path, _)| !is_of_pages(path)) {
        if path.starts_with(UZUM.trim_end_matches('/')) {
            for operation in ["check", "create", "confirm", "reverse", "status"] {
                expected.insert(format!("{UZUM}{operation}"), BTreeSet::from(["post".to_owned()]));
            }
            continue;
        }
        // Whatever the method, a wallet's address answers; the wallet uses one.
        let methods = methods.into_iter().map(|method| if method == "any" { "post".to_owned() } else { method });
        expected.insert(path, methods.collect());
    }
    let described: BTreeMap<String, BTreeSet<String>> = openapi::document()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, calls)| (path.clone(), calls.as_object().unwrap().keys().cloned().collect()))
        .collect();
    assert_eq!(described, expected);
}

#[test]
fn the_description_is_whole() {
    let document = openapi::document();
    let mut ids = BTreeSet::new();
    for (path, calls) in document["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(ids.insert(call["operationId"].as_str().unwrap()), "{what}: its id is another's");
            assert!(!call["summary"].as_str().unwrap().is_empty(), "{what}");
            let named: BTreeSet<&str> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            let parameters = call["parameters"].as_array().into_iter().flatten();
            let in_path: BTreeSet<&str> =
                parameters.filter(|it| it["in"] == "path").map(|it| it["name"].as_str().unwrap()).collect();
            assert_eq!(in_path, named, "{what}");
        }
    }
    let mut references = Vec::new();
    collect(document, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        references.push(reference);
    }
    for inside in value.as_object().into_iter().flat_map(|it| it.values()).chain(value.as_array().into_iter().flatten())
    {
        collect(inside, references);
    }
}

#[tokio::test]
async fn it_is_told_as_json_as_a_page_and_by_a_command() {
    let folder = Folder::new();
    let told = folder.json(&["openapi"]);
    assert_eq!(&told, openapi::document());
    let booth = folder.serve(&[]);
    let answer = booth.get("/api/openapi.json").await;
    assert_eq!((answer.status, answer.json()), (200, told.clone()));
    let page = booth.get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.headers.contains("default-src 'none'"), "{}", page.headers);
    for (path, calls) in told["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            assert!(page.body.contains(&format!("{} {path}", method.to_uppercase())), "{method} {path} is on the page");
            let summary = call["summary"].as_str().unwrap().replace('\'', "&#39;");
            assert!(page.body.contains(&summary), "{method} {path}: {summary}");
        }
    }
    assert!(!page.body.contains("<script") && !page.body.contains("http://") && !page.body.contains("https://"));
}
