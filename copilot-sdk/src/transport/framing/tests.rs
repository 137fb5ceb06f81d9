use super::*;
use tokio::io::AsyncWriteExt as _;

async fn read_all(bytes: &[u8], limit: usize) -> (Vec<String>, Option<String>) {
    let mut reader = FrameReader::new(bytes, limit);
    let mut bodies = Vec::new();
    loop {
        match reader.next().await {
            Ok(Some(body)) => bodies.push(String::from_utf8_lossy(body).into_owned()),
            Ok(None) => return (bodies, None),
            Err(error) => return (bodies, Some(error.to_string())),
        }
    }
}

#[tokio::test]
async fn frames_follow_each_other_with_any_header_spelling() {
    let bytes = b"Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: \
                  x\r\n\r\n[1]X-A: b\r\nCONTENT-LENGTH:  0 \r\n\r\n";
    assert_eq!(read_all(bytes, 100).await, (vec!["{}".into(), "[1]".into(), String::new()], None));
}

#[tokio::test]
async fn a_frame_may_be_split_anywhere() {
    let mut bytes = Vec::new();
    write_frame(&mut bytes, "{\"ü\":1}".as_bytes());
    write_frame(&mut bytes, &vec![b'x'; 200_000]);
    write_frame(&mut bytes, b"{}");
    for step in [1, 7, 4096, 65_537] {
        let (mut near, far) = tokio::io::duplex(64);
        let chunks: Vec<Vec<u8>> = bytes.chunks(step).map(<[u8]>::to_vec).collect();
        tokio::spawn(async move {
            for chunk in chunks {
                near.write_all(&chunk).await.unwrap();
            }
        });
        let mut reader = FrameReader::new(far, FRAME_LIMIT);
        assert_eq!(reader.next().await.unwrap(), Some("{\"ü\":1}".as_bytes()));
        assert_eq!(reader.next().await.unwrap().map(<[u8]>::len), Some(200_000));
        assert_eq!(reader.next().await.unwrap(), Some(&b"{}"[..]));
        assert_eq!(reader.next().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_frame_above_the_limit_is_refused_before_its_body_is_read() {
    let (bodies, error) = read_all(b"Content-Length: 101\r\n\r\n", 100).await;
    assert!(bodies.is_empty());
    assert_eq!(
        error.as_deref(),
        Some(
            "a frame of 101 bytes is larger than the limit of 100 bytes; raise it with \
             `frame_limit`"
        )
    );
}

#[tokio::test]
async fn what_is_no_frame_is_named_with_its_first_bytes() {
    let garbage = [
        &b"Usage: cat [OPTION]\r\n\r\n"[..],
        b"Usage: cat [OPTION]\n",
        b"error",
        b"bad luck\nContent?",
        &[b'a'; 9000],
    ];
    for bytes in garbage {
        let (_, error) = read_all(bytes, 100).await;
        assert!(
            error
                .as_deref()
                .is_some_and(|text| text.starts_with("expected a Content-Length header")),
            "{error:?}"
        );
    }
    for length in ["-5", "+5", "5 5", "5,5", "0x5", "5.0", "", "18446744073709551616"] {
        let (_, error) =
            read_all(format!("Content-Length: {length}\r\n\r\n").as_bytes(), 100).await;
        let text = format!("a frame's Content-Length is not a number of bytes: `{length}`");
        assert_eq!(error, Some(text));
    }
}

#[tokio::test]
async fn a_length_may_be_repeated_but_not_contradicted() {
    let bytes = b"Content-Length: 2\r\ncontent-length:2\r\n\r\n{}";
    assert_eq!(read_all(bytes, 100).await, (vec!["{}".into()], None));
    let bytes = b"Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}  ";
    let (bodies, error) = read_all(bytes, 100).await;
    assert!(bodies.is_empty());
    assert_eq!(error.as_deref(), Some("a frame has two lengths: `2` and `4`"));
}

#[tokio::test]
async fn white_space_before_the_end_is_no_frame() {
    assert_eq!(read_all(b"Content-Length: 2\r\n\r\n{}\r\n", 100).await, (vec!["{}".into()], None));
}

#[tokio::test]
async fn an_end_inside_a_frame_is_an_error() {
    for bytes in [
        &b"Content-Length: 5\r\n\r\n{}"[..],
        b"Content-Le",
        b"content-length:",
        b"Content-Length: 5\r\nContent-Type: ",
        b"a log line\nC",
        b"Content-Length: 100000\r\n\r\n{}",
    ] {
        let (_, error) = read_all(bytes, FRAME_LIMIT).await;
        assert_eq!(error.as_deref(), Some("the connection ended in the middle of a frame"));
    }
}
