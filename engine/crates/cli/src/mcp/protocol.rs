//! JSON-RPC 2.0 messages, one a line.

use serde_json::{Value, json};

/// Codes of JSON-RPC 2.0, section 5.1.
const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
pub(super) const INVALID_PARAMS: i32 = -32602;

/// A message of the client.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// An answer to a request of the server; `result` is null where the client answered with an error.
    Response {
        id: Value,
        result: Value,
    },
    /// Answered with an error. The id is null where none could be read.
    Invalid {
        id: Value,
        code: i32,
        message: String,
    },
}

pub(super) fn read(line: &[u8]) -> Incoming {
    let message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(cause) => {
            let message = format!("the message is not JSON: {cause}");
            return Incoming::Invalid { id: Value::Null, code: PARSE_ERROR, message };
        }
    };
    let id = message.get("id").cloned();
    let params = message.get("params").cloned().unwrap_or(Value::Null);
    match (message.get("method").and_then(Value::as_str), id) {
        (Some(method), Some(id)) if id.is_string() || id.is_number() => {
            Incoming::Request { id, method: method.to_owned(), params }
        }
        (Some(method), None) => Incoming::Notification { method: method.to_owned(), params },
        (None, Some(id)) if message.get("result").is_some() || message.get("error").is_some() => {
            Incoming::Response { id, result: message.get("result").cloned().unwrap_or(Value::Null) }
        }
        _ => Incoming::Invalid {
            id: Value::Null,
            code: INVALID_REQUEST,
            message: "the message is neither a request nor a notification nor a response".to_owned(),
        },
    }
}

pub(super) fn result(id: &Value, result: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}

pub(super) fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

pub(super) fn request(id: &Value, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

pub(super) fn notification(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let request = read(br#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#);
        assert_eq!(request, Incoming::Request { id: json!("a"), method: "ping".into(), params: Value::Null });
        let notification = read(br#"{"jsonrpc":"2.0","method":"x","params":{"y":1}}"#);
        assert_eq!(notification, Incoming::Notification { method: "x".into(), params: json!({"y": 1}) });
        let response = read(br#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}"#);
        assert_eq!(response, Incoming::Response { id: json!(1), result: Value::Null });
    }

    #[test]
    fn what_is_no_message_is_answered_with_an_error() {
        assert!(matches!(read(b"{"), Incoming::Invalid { code: PARSE_ERROR, .. }));
        assert!(matches!(read(b"[]"), Incoming::Invalid { code: INVALID_REQUEST, .. }));
        let null_id = br#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#;
        assert!(matches!(read(null_id), Incoming::Invalid { code: INVALID_REQUEST, .. }));
    }
}
