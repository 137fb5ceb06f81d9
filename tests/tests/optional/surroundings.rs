//! Model requests, forwarded through the proxies and with the certificates of the environment,
//! which a program reads once: each of these tests starts one.

use std::process::Stdio;
use std::sync::Arc;

use copilot_sdk_tests::PATIENCE;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Of `localhost`, made for these tests alone: `openssl req -x509 -newkey ec -pkeyopt
/// ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost -addext
/// subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out
/// certificate.pem`.
const CERTIFICATE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/optional/localhost/certificate.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/optional/localhost/key.pem");

/// Waits for both; a server waits in vain for a program that went elsewhere.
async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let both = async { tokio::join!(one, other) };
    tokio::time::timeout(PATIENCE, both).await.unwrap()
}

/// What the program prints that forwards a request to `url` in such an environment.
async fn forwarded(url: &str, environment: &[(&str, &str)]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_forwarding"));
    let of_the_user =
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];
    for variable in of_the_user {
        program.env_remove(variable).env_remove(variable.to_lowercase());
    }
    program.arg(url).envs(environment.iter().copied()).kill_on_drop(true);
    program.stdin(Stdio::null()).stdout(Stdio::piped());
    let ended = program.spawn().unwrap().wait_with_output().await.unwrap();
    assert!(ended.status.success(), "{ended:?}");
    String::from_utf8(ended.stdout).unwrap().trim_end().to_owned()
}

/// Answers one request, and returns its first line.
async fn answer(mut connection: impl AsyncRead + AsyncWrite + Unpin) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\nhello") {
        request.push(connection.read_u8().await.unwrap());
    }
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await.unwrap();
    connection.shutdown().await.unwrap();
    String::from_utf8(request).unwrap().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_used_but_not_for_this_machine() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let seen = async {
        let (connection, _) = server.accept().await.unwrap();
        answer(connection).await
    };
    let proxy = format!("http://{address}");
    let environment = [("HTTP_PROXY", proxy.as_str())];
    let said = forwarded("http://models.example/v1/chat", &environment);
    let (said, seen) = both(said, seen).await;
    assert_eq!(
        (said.as_str(), seen.as_str()),
        ("aGk=", "POST http://models.example/v1/chat HTTP/1.1")
    );

    let seen = async {
        let (connection, _) = server.accept().await.unwrap();
        answer(connection).await
    };
    let url = format!("http://{address}/v1/chat");
    let said = forwarded(&url, &[("HTTP_PROXY", "http://127.0.0.1:9")]);
    let (said, seen) = both(said, seen).await;
    assert_eq!((said.as_str(), seen.as_str()), ("aGk=", "POST /v1/chat HTTP/1.1"));
}

#[tokio::test]
async fn a_server_is_trusted_over_tls_if_the_system_trusts_its_certificate() {
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_file(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_file(KEY).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let tls = TlsAcceptor::from(Arc::new(config));
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/v1/chat", server.local_addr().unwrap().port());

    let seen = async {
        let (connection, _) = server.accept().await.unwrap();
        answer(tls.accept(connection).await.unwrap()).await
    };
    let trusted = [("SSL_CERT_FILE", CERTIFICATE)];
    let (said, seen) = both(forwarded(&url, &trusted), seen).await;
    assert_eq!((said.as_str(), seen.as_str()), ("aGk=", "POST /v1/chat HTTP/1.1"));

    let refused = async {
        let (connection, _) = server.accept().await.unwrap();
        tls.accept(connection).await.map(drop).unwrap_err()
    };
    let (said, _) = both(forwarded(&url, &[]), refused).await;
    assert!(said.starts_with("the model server localhost cannot be used: "), "{said}");
    assert!(said.contains("certificate"), "{said}");
}
