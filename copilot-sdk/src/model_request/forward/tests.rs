use std::future::poll_fn;
use std::pin::Pin;

use http_body::Body as _;

use super::{Bytes, RequestPieces, WHOLE, outgoing_body};
use crate::model_request::BodySender;

/// What is sent of a body of these pieces, and how it ends.
async fn sent(pieces: &[&str], is_finished: bool) -> Result<String, String> {
    let (sender, rest) = BodySender::new(&std::sync::Arc::default());
    for piece in pieces {
        assert!(sender.send((*piece).into(), usize::MAX));
    }
    if is_finished {
        sender.finish();
    } else {
        drop(sender);
    }
    let mut body = RequestPieces { start: Some(Bytes::from("start ")), rest };
    let mut text = String::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let data = frame.map_err(|error| error.to_string())?.into_data();
        text.push_str(&String::from_utf8_lossy(&data.expect("data")));
    }
    Ok(text)
}

#[tokio::test]
async fn a_body_that_is_cut_off_ends_with_an_error() {
    assert_eq!(sent(&["a", "b"], true).await, Ok("start ab".to_owned()));
    let cut_off = Err("the body of the model request was cut off".to_owned());
    assert_eq!(sent(&["a", "b"], false).await, cut_off);
}

#[tokio::test]
async fn a_short_body_that_is_cut_off_is_not_sent() {
    let (sender, body) = BodySender::new(&std::sync::Arc::default());
    assert!(sender.send("x".repeat(WHOLE - 1).into(), usize::MAX));
    drop(sender);
    let error = outgoing_body(body).await.unwrap_err().to_string();
    assert_eq!(error, "the body of the model request was cut off");
}
