//! Compares what two databases made the program answer to the same history: every member of every answer, texts for people
//! and pictures of codes as well.

use crate::driver::Answer;
use serde_json::Value;

/// Says where the answers first differ, if anywhere.
pub fn same(here: &[Answer], there: &[Answer]) -> Result<(), String> {
    for ((step, status, body), (other_step, other_status, other_body)) in here.iter().zip(there) {
        if (step, status) != (other_step, other_status) {
            return Err(format!("step {step} is answered {status}; step {other_step}, {other_status}"));
        }
        if body != other_body {
            let read = |body: &str| serde_json::from_str(body).unwrap_or_else(|_| Value::from(body));
            let member = difference("", &read(body), &read(other_body));
            let member = member.unwrap_or_else(|| format!("{body} is written otherwise: {other_body}"));
            return Err(format!("the answer to step {step}: {member}"));
        }
    }
    if here.len() == there.len() { Ok(()) } else { Err(format!("{} answers and {}", here.len(), there.len())) }
}

/// The first member that differs, with its path.
fn difference(path: &str, here: &Value, there: &Value) -> Option<String> {
    match (here, there) {
        (Value::Object(some), Value::Object(other)) => {
            let names = some.keys().chain(other.keys());
            names.into_iter().find_map(|name| difference(&format!("{path}/{name}"), &here[name], &there[name]))
        }
        (Value::Array(some), Value::Array(other)) if some.len() == other.len() => {
            some.iter().zip(other).enumerate().find_map(|(index, (a, b))| difference(&format!("{path}/{index}"), a, b))
        }
        (here, there) => (here != there).then(|| format!("{path} is {here} and {there}")),
    }
}

#[test]
fn one_member_that_differs_is_named() {
    let answers = |time: i64| vec![(3, 200, format!(r#"{{"result":{{"state":1,"create_time":{time}}},"id":7}}"#))];
    assert_eq!(same(&answers(5), &answers(5)), Ok(()));
    assert_eq!(same(&answers(5), &answers(6)), Err("the answer to step 3: /result/create_time is 5 and 6".to_owned()));
    assert!(same(&answers(5), &[]).is_err());
    assert!(same(&answers(5), &[(3, 409, answers(5)[0].2.clone())]).is_err());
    assert!(same(&[(1, 200, r#"{"a":1}"#.to_owned())], &[(1, 200, r#"{"a": 1}"#.to_owned())]).is_err());
}
