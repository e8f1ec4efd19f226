//! How one call is written down.

use super::schemas::{by_name, text};
use crate::access::scope::needed;
use crate::config::Scope;
use crate::limits::API_BYTES_MAX;
use serde_json::{Map, Value, json};

/// Who may make a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Everybody,
    /// Programs on the booth's own computer, named pages there, paired screens, and whoever has `api.token`.
    MayOffer,
    /// Whoever has `admin.token`.
    Owner,
    /// Nobody but Payme, by its key.
    Payme,
    /// Nobody but Uzum, by the password that was agreed with it.
    Uzum,
    /// Whoever knows the session's id.
    Session,
}

/// The ways to prove who calls.
pub(super) fn proofs() -> Value {
    json!({
        "api": {
            "type": "http",
            "scheme": "bearer",
            "description": "api.token. On the booth's own computer programs and the pages in cors_origins need none, unless api.trust_this_computer \
                            is false.",
        },
        "owner": { "type": "http", "scheme": "bearer", "description": "admin.token" },
        "scoped": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of [api.tokens] that has the scope which the call names. Without it the answer is 403, and its scope member says \
                            which is missing.",
        },
        "payme": { "type": "http", "scheme": "basic", "description": "Login Paycom, and the cashbox's key as the password" },
        "uzum": { "type": "http", "scheme": "basic", "description": "The login and the password of [uzum]" },
    })
}

/// One call of the API.
pub(super) struct Call {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    about: String,
    who: Who,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
}

impl Call {
    fn new(
        method: &'static str,
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
        who: Who,
    ) -> Self {
        let (about, parameters, body, answers) = (String::new(), Vec::new(), None, Map::new());
        let mut call = Self { method, path, id, tag, summary, about, who, parameters, body, answers };
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            call.parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": text() }));
        }
        match who {
            Who::Everybody | Who::Payme | Who::Uzum | Who::Session => call,
            Who::MayOffer | Who::Owner => call.refuses(&[401, 403, 429]),
        }
    }

    pub(super) fn get(
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
        who: Who,
    ) -> Self {
        Self::new("get", path, id, tag, summary, who)
    }

    pub(super) fn post(
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
        who: Who,
    ) -> Self {
        Self::new("post", path, id, tag, summary, who)
    }

    pub(super) fn put(
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
        who: Who,
    ) -> Self {
        Self::new("put", path, id, tag, summary, who)
    }

    pub(super) fn delete(
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
        who: Who,
    ) -> Self {
        Self::new("delete", path, id, tag, summary, who)
    }

    /// More than the summary says.
    pub(super) fn about(mut self, about: &str) -> Self {
        about.clone_into(&mut self.about);
        self
    }

    /// Gives a part of the path its schema and its words.
    pub(super) fn part(mut self, name: &str, about: &str, schema: Value) -> Self {
        for parameter in self.parameters.iter_mut().filter(|it| it.get("name").is_some_and(|it| it == name)) {
            *parameter =
                json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema });
        }
        self
    }

    /// Takes something behind `?`, which may be left away.
    pub(super) fn query(mut self, name: &str, about: &str, schema: Value) -> Self {
        self.parameters.push(json!({ "name": name, "in": "query", "description": about, "schema": schema }));
        self
    }

    /// Takes a JSON object.
    pub(super) fn takes(self, schema: Value, example: Value) -> Self {
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        self.takes_any(content).refuses(&[400, 408, 413, 415])
    }

    /// Takes a body in forms of its own.
    pub(super) fn takes_any(mut self, content: Value) -> Self {
        self.body = Some(json!({ "required": true, "content": content }));
        self
    }

    /// Answers with JSON.
    pub(super) fn answers(self, status: u16, about: &str, schema: Value) -> Self {
        self.answers_with(status, about, "application/json", schema)
    }

    /// Answers with a body of a form.
    pub(super) fn answers_with(self, status: u16, about: &str, form: &str, schema: Value) -> Self {
        self.answers_forms(status, about, &[form], &schema)
    }

    /// Answers with a body in one of some forms.
    pub(super) fn answers_forms(mut self, status: u16, about: &str, forms: &[&str], schema: &Value) -> Self {
        let content: Map<String, Value> =
            forms.iter().map(|form| ((*form).to_owned(), json!({ "schema": schema }))).collect();
        self.answers.insert(status.to_string(), json!({ "description": about, "content": content }));
        self
    }

    /// Answers without a body.
    pub(super) fn answers_nothing(mut self, status: u16, about: &str) -> Self {
        self.answers.insert(status.to_string(), json!({ "description": about }));
        self
    }

    /// Refuses with a problem, for the usual reason of each status.
    pub(super) fn refuses(self, statuses: &[u16]) -> Self {
        statuses.iter().fold(self, |call, status| call.refuses_because(*status, &usual(*status)))
    }

    /// Refuses with a problem, for a reason of its own.
    pub(super) fn refuses_because(self, status: u16, about: &str) -> Self {
        self.answers_with(status, about, "application/problem+json", by_name("Problem"))
    }

    /// The path, as the routes have it.
    pub(super) fn path(&self) -> &'static str {
        self.path
    }

    /// The method, in small letters.
    pub(super) fn method(&self) -> &'static str {
        self.method
    }

    /// The call as the document has it.
    pub(super) fn written(self) -> Value {
        let security = match self.who {
            Who::Everybody | Who::Session => json!([]),
            Who::MayOffer => json!([{ "api": [] }, scoped(self.path), {}]),
            Who::Owner => json!([{ "owner": [] }, scoped(self.path)]),
            Who::Payme => json!([{ "payme": [] }]),
            Who::Uzum => json!([{ "uzum": [] }]),
        };
        let mut written = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "security": security,
            "responses": self.answers,
        });
        if let Some(members) = written.as_object_mut() {
            if !self.about.is_empty() {
                members.insert("description".to_owned(), self.about.into());
            }
            if !self.parameters.is_empty() {
                members.insert("parameters".to_owned(), self.parameters.into());
            }
            if let Some(body) = self.body {
                members.insert("requestBody".to_owned(), body);
            }
        }
        written
    }
}

/// A token with the scope that a route needs.
fn scoped(path: &str) -> Value {
    json!({ "scoped": needed(path).map(Scope::word).into_iter().collect::<Vec<_>>() })
}

/// What a refusal of a status usually means.
fn usual(status: u16) -> String {
    match status {
        400 => "What was sent cannot be; `detail` says what".to_owned(),
        401 => "A token is needed, or the one that came is wrong".to_owned(),
        403 => "A page or a name that the settings do not allow, or a token without the scope that `scope` names"
            .to_owned(),
        404 => "There is no such thing".to_owned(),
        408 => "The body did not arrive in time".to_owned(),
        409 => "It is there, but not in a state that allows this".to_owned(),
        413 => format!("The body is larger than {API_BYTES_MAX} bytes"),
        415 => "The body is not `application/json`".to_owned(),
        429 => "Too often; `Retry-After` says in how many seconds it is worth trying again".to_owned(),
        500 => "A fault of the server; its log says why".to_owned(),
        503 => "Not now, for a reason of the server's; try again".to_owned(),
        _ => "Refused; `detail` says why".to_owned(),
    }
}
