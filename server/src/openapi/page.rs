//! `GET /api/docs`: the description as a page, made here without a script and with nothing from elsewhere.

use super::{TAGS, document};
use crate::error::Problem;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "api.html")]
struct Page<'a> {
    version: &'a str,
    about: &'a str,
    chapters: Vec<Chapter<'a>>,
    proofs: Vec<(&'a str, &'a str)>,
    shapes: Vec<(&'a str, Vec<Line<'a>>)>,
}

struct Chapter<'a> {
    name: &'a str,
    about: &'a str,
    calls: Vec<Call<'a>>,
}

struct Call<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    summary: &'a str,
    about: &'a str,
    /// The ways to prove who calls, each with the scopes that it needs.
    proofs: Vec<(&'a str, Vec<&'a str>)>,
    parameters: Vec<Line<'a>>,
    bodies: Vec<Body<'a>>,
    answers: Vec<Answer<'a>>,
}

/// A body in one form.
struct Body<'a> {
    form: &'a str,
    lines: Vec<Line<'a>>,
    example: Option<String>,
}

struct Answer<'a> {
    status: &'a str,
    about: &'a str,
    bodies: Vec<Body<'a>>,
}

/// One member of a shape.
struct Line<'a> {
    depth: usize,
    name: String,
    /// Whether it may be missing.
    may_miss: bool,
    kind: String,
    /// The shape that it is, where that has a name.
    shape: Option<&'a str>,
    about: &'a str,
}

/// Answers with the page.
pub(crate) async fn handle() -> Result<Response, Problem> {
    let document = document();
    let info = document.get("info");
    let mut by_tag: BTreeMap<&str, Vec<Call<'_>>> = BTreeMap::new();
    for (path, methods) in members(document.get("paths")) {
        for (method, call) in members(Some(methods)) {
            let tag = list(call.get("tags")).first().and_then(Value::as_str).unwrap_or_default();
            by_tag.entry(tag).or_default().push(shown(path, method, call));
        }
    }
    let chapters = TAGS.iter().map(|(name, about)| {
        let calls = by_tag.remove(name).unwrap_or_default();
        Chapter { name, about, calls }
    });
    let shapes = members(document.pointer("/components/schemas"));
    let shapes = shapes.filter(|(_, shape)| shape.get("properties").is_some());
    let proofs = members(document.pointer("/components/securitySchemes"));
    let page = Page {
        version: word(info, "version"),
        about: word(info, "description"),
        chapters: chapters.collect(),
        proofs: proofs.map(|(name, proof)| (name, word(Some(proof), "description"))).collect(),
        shapes: shapes.map(|(name, shape)| (name, lines(shape))).collect(),
    };
    let html =
        page.render().map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made"))?;
    Ok(Html(html).into_response())
}

fn shown<'a>(path: &'a str, method: &str, call: &'a Value) -> Call<'a> {
    let proofs = list(call.get("security")).iter().flat_map(|proof| members(Some(proof)));
    let proofs = proofs.map(|(name, scopes)| (name, list(Some(scopes)).iter().filter_map(Value::as_str).collect()));
    let parameters = list(call.get("parameters")).iter().map(|parameter| Line {
        depth: 0,
        name: word(Some(parameter), "name").to_owned(),
        may_miss: parameter.get("required") != Some(&Value::Bool(true)),
        kind: parameter.get("schema").map(kind).unwrap_or_default(),
        shape: None,
        about: word(Some(parameter), "description"),
    });
    let answers = members(call.get("responses"));
    Call {
        id: word(Some(call), "operationId"),
        method: method.to_uppercase(),
        path,
        summary: word(Some(call), "summary"),
        about: word(Some(call), "description"),
        proofs: proofs.collect(),
        parameters: parameters.collect(),
        bodies: call.get("requestBody").map(bodies).unwrap_or_default(),
        answers: answers
            .map(|(status, answer)| Answer { status, about: word(Some(answer), "description"), bodies: bodies(answer) })
            .collect(),
    }
}

fn bodies(of: &Value) -> Vec<Body<'_>> {
    let forms = members(of.get("content"));
    // Problems are all alike, and shown once among the shapes.
    let forms = forms.filter(|(form, _)| *form != "application/problem+json");
    forms
        .map(|(form, content)| Body {
            form,
            lines: content.get("schema").map(lines).unwrap_or_default(),
            example: content.get("example").and_then(|example| serde_json::to_string_pretty(example).ok()),
        })
        .collect()
}

/// A shape, member by member; those inside it are indented.
fn lines(shape: &Value) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    if let Some(name) = shape_name(shape) {
        all.push(line(0, String::new(), false, shape, Some(name)));
    } else {
        inside(shape, 0, &mut all);
    }
    all
}

fn inside<'a>(shape: &'a Value, depth: usize, all: &mut Vec<Line<'a>>) {
    let always = list(shape.get("required"));
    for (name, member) in members(shape.get("properties")) {
        let may_miss = !always.iter().any(|it| it == name);
        all.push(line(depth, name.to_owned(), may_miss, member, shape_name(member)));
        below(member, depth.saturating_add(1), all);
    }
    if let Some(others @ Value::Object(_)) = shape.get("additionalProperties") {
        all.push(line(depth, "…".to_owned(), true, others, shape_name(others)));
        below(others, depth.saturating_add(1), all);
    }
}

/// What a list has in it, and what an object has.
fn below<'a>(shape: &'a Value, depth: usize, all: &mut Vec<Line<'a>>) {
    inside(shape.get("items").unwrap_or(shape), depth, all);
}

fn line<'a>(depth: usize, name: String, may_miss: bool, shape: &'a Value, named: Option<&'a str>) -> Line<'a> {
    Line { depth, name, may_miss, kind: kind(shape), shape: named, about: word(Some(shape), "description") }
}

/// The name of the shape that this is, or that a list of this has in it.
fn shape_name(shape: &Value) -> Option<&str> {
    let inner = shape.get("items").unwrap_or(shape);
    let choices = list(inner.get("anyOf")).iter();
    let references = std::iter::once(inner).chain(choices).filter_map(|it| it.get("$ref")?.as_str());
    references.filter_map(|reference| reference.rsplit('/').next()).next()
}

/// What it is, in a few words.
fn kind(shape: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(words) = shape.get("enum").and_then(Value::as_array) {
        return words.iter().map(text).collect::<Vec<_>>().join(" | ");
    }
    let choices = list(shape.get("anyOf"));
    if !choices.is_empty() {
        return choices.iter().map(kind).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" | ");
    }
    let mut said = match shape.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().map(text).collect::<Vec<_>>().join(" | "),
        Some(kind) => text(kind),
        None => String::new(),
    };
    if let Some(items) = shape.get("items") {
        said = format!("array of {}", kind(items));
    }
    for (name, words) in [("minimum", "from"), ("maximum", "to"), ("maxLength", "at most"), ("default", "unless said")]
    {
        if let Some(value) = shape.get(name) {
            said = format!("{said}, {words} {value}");
        }
    }
    said.trim_end().to_owned()
}

fn members(of: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    of.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn list(of: Option<&Value>) -> &[Value] {
    of.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn word<'a>(of: Option<&'a Value>, name: &str) -> &'a str {
    of.and_then(|of| of.get(name)).and_then(Value::as_str).unwrap_or_default()
}
