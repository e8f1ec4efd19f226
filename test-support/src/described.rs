//! Whether an answer is as the API's description says: its status, its form, and its body, member by member. Members that the description
//! does not know are refused too, so it cannot fall behind.
//!
//! A small reader of JSON Schema (draft 2020-12, as OpenAPI 3.1 has it), strict on purpose: it refuses a keyword that it does not know,
//! so no shape is passed over in silence.

use serde_json::{Map, Value};

/// Keywords that say nothing about what fits.
const WORDS_ABOUT: [&str; 5] = ["description", "example", "examples", "default", "contentMediaType"];

/// A description of an API.
#[derive(Clone, Copy)]
pub struct Description(&'static Value);

/// One answer, as it came.
pub struct Answered<'a> {
    /// The method that was asked by, in capitals.
    pub method: &'a str,
    /// The path that was asked for, perhaps with `?` and more.
    pub path: &'a str,
    /// The answer's status.
    pub status: u16,
    /// Its `Content-Type`; empty where there is none.
    pub form: &'a str,
    /// Its body.
    pub body: &'a [u8],
}

impl Description {
    /// An OpenAPI document.
    pub fn new(document: &'static Value) -> Self {
        Self(document)
    }

    /// Panics when a call that is described was answered in another way. Whether the call is described.
    pub fn check(self, answered: &Answered<'_>) -> bool {
        let Answered { method, path, status, form, body } = *answered;
        let bare = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let Some(call) = self.path(bare).and_then(|path| path.get(method.to_lowercase())) else { return false };
        let what = format!("{method} {path} answered {status} {form:?} {}", String::from_utf8_lossy(body));
        let answer = &call["responses"][status.to_string()];
        assert!(answer.is_object(), "a status that is not described: {what}");
        let Some(forms) = answer["content"].as_object() else {
            assert!(body.is_empty(), "a body that is not described: {what}");
            return true;
        };
        let essence = form.split(';').next().unwrap_or_default().trim();
        let described = forms.get(essence).unwrap_or_else(|| panic!("a form that is not described: {what}"));
        if essence.ends_with("json") {
            let body = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{error}: {what}"));
            if let Err(why) = self.fits(&described["schema"], &body) {
                panic!("{why}: {what}");
            }
        }
        true
    }

    /// What is described of a path; one without names in it goes first.
    fn path(self, path: &str) -> Option<&'static Value> {
        let fits = |template: &str| {
            let (parts, named) = (path.split('/'), template.split('/'));
            parts.clone().count() == named.clone().count()
                && parts.zip(named).all(|(part, name)| part == name || (name.starts_with('{') && !part.is_empty()))
        };
        let paths = self.0["paths"].as_object()?;
        paths.get(path).or_else(|| paths.iter().find_map(|(template, described)| fits(template).then_some(described)))
    }

    /// Whether a value is of a shape; else why not.
    pub fn fits(self, shape: &Value, value: &Value) -> Result<(), String> {
        let empty = Map::new();
        let keywords = shape.as_object().unwrap_or(&empty);
        for (keyword, wanted) in keywords {
            let fits = match keyword.as_str() {
                "$ref" => {
                    let name = wanted.as_str().unwrap().trim_start_matches('#');
                    self.fits(self.0.pointer(name).unwrap_or_else(|| panic!("there is no shape {name}")), value)?;
                    true
                }
                "type" => wanted
                    .as_array()
                    .map_or_else(|| is_of(wanted, value), |kinds| kinds.iter().any(|kind| is_of(kind, value))),
                "enum" => wanted.as_array().unwrap().contains(value),
                "required" => value.as_object().is_none_or(|members| {
                    wanted.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))
                }),
                "properties" => {
                    self.members(keywords, value)?;
                    true
                }
                "additionalProperties" if keywords.contains_key("properties") => true,
                "additionalProperties" => {
                    for member in value.as_object().into_iter().flat_map(Map::values) {
                        self.fits(wanted, member)?;
                    }
                    true
                }
                "items" => {
                    for item in value.as_array().into_iter().flatten() {
                        self.fits(wanted, item)?;
                    }
                    true
                }
                "anyOf" => wanted.as_array().unwrap().iter().any(|choice| self.fits(choice, value).is_ok()),
                "oneOf" => {
                    wanted.as_array().unwrap().iter().filter(|choice| self.fits(choice, value).is_ok()).count() == 1
                }
                "minLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 >= wanted.as_u64().unwrap())
                }
                "maxLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 <= wanted.as_u64().unwrap())
                }
                "pattern" => {
                    assert_eq!(wanted, "^[A-Za-z0-9._-]+$", "the only pattern that is read here");
                    let fits = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
                    value.as_str().is_none_or(|text| !text.is_empty() && text.chars().all(fits))
                }
                word if WORDS_ABOUT.contains(&word) => true,
                word => panic!("a keyword that is not read here: {word}"),
            };
            if !fits {
                return Err(format!("{value} is not of {keyword} {wanted}"));
            }
        }
        Ok(())
    }

    fn members(self, keywords: &Map<String, Value>, value: &Value) -> Result<(), String> {
        for (name, member) in value.as_object().into_iter().flatten() {
            match (keywords["properties"].get(name), keywords.get("additionalProperties")) {
                (Some(shape), _) | (None, Some(shape)) => {
                    self.fits(shape, member).map_err(|why| format!("{name}: {why}"))?;
                }
                (None, None) => return Err(format!("{name} is not described")),
            }
        }
        Ok(())
    }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        kind => panic!("there is no type {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::panic::catch_unwind;

    fn description() -> Description {
        let document = json!({
            "paths": { "/orders/{id}": { "get": { "responses": {
                "200": { "content": { "application/json": { "schema": { "$ref": "#/shapes/Order" } } } },
                "204": { "description": "nothing" },
            } } } },
            "shapes": { "Order": {
                "type": "object",
                "properties": { "id": { "type": "string", "maxLength": 3 }, "paid": { "type": ["integer", "null"] } },
                "required": ["id"],
            } },
        });
        Description::new(Box::leak(Box::new(document)))
    }

    fn is_right(path: &'static str, status: u16, form: &'static str, body: &'static str) -> bool {
        let check = || {
            let answered = Answered { method: "GET", path, status, form, body: body.as_bytes() };
            description().check(&answered)
        };
        catch_unwind(check).unwrap_or(false)
    }

    #[test]
    fn only_what_is_described_is_right() {
        let json = "application/json; charset=utf-8";
        assert!(is_right("/orders/7?x=1", 200, json, r#"{"id":"7","paid":null}"#));
        assert!(is_right("/orders/7", 204, "", ""));
        for (status, form, body) in [
            (200, json, r#"{"id":"7","price":1}"#),
            (200, json, r#"{"paid":1}"#),
            (200, json, r#"{"id":"7","paid":1.5}"#),
            (200, json, r#"{"id":"7777"}"#),
            (200, json, "[]"),
            (200, json, "nothing"),
            (200, "text/plain", "7"),
            (204, "", "7"),
            (404, json, "{}"),
        ] {
            assert!(!is_right("/orders/7", status, form, body), "{status} {form} {body}");
        }
        assert!(!is_right("/orders", 500, "", ""), "not described, so not looked at");
    }
}
