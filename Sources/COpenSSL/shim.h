#ifndef DIAG_COPENSSL_SHIM_H
#define DIAG_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// SSL_set_tlsext_host_name is a macro with a cast, which does not import.
static inline int diag_SSL_set_tlsext_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

// SSL_CTX_set_min_proto_version is a macro over SSL_CTX_ctrl.
static inline int diag_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

// SSL_OP_LEGACY_SERVER_CONNECT is a macro with a cast. Without it a server that lacks RFC 5746 is refused before its
// certificate can be read.
static inline void diag_SSL_CTX_allow_legacy_server(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
}

// Runs in the middle of the handshake and must answer a C int: the chain is judged afterwards, from a copy.
static inline int diag_accept_any_chain(X509_STORE_CTX *context, void *argument) {
    (void)context;
    (void)argument;
    return 1;
}
static inline void diag_SSL_CTX_verify_later(SSL_CTX *context) {
    SSL_CTX_set_cert_verify_callback(context, diag_accept_any_chain, NULL);
}

// Called only when the server asks for a client certificate: notes it on the SSL and offers none.
static inline int diag_note_certificate_request(SSL *ssl, X509 **certificate, EVP_PKEY **key) {
    (void)certificate;
    (void)key;
    SSL_set_app_data(ssl, (void *)1);
    return 0;
}
static inline void diag_SSL_CTX_note_certificate_requests(SSL_CTX *context) {
    SSL_CTX_set_client_cert_cb(context, diag_note_certificate_request);
}
static inline int diag_SSL_was_asked_for_certificate(const SSL *ssl) {
    return SSL_get_app_data(ssl) != NULL;
}

// SSL_add1_chain_cert is a macro over SSL_ctrl. The session takes a reference of its own.
static inline int diag_SSL_add1_chain_cert(SSL *ssl, X509 *certificate) {
    return (int)SSL_add1_chain_cert(ssl, certificate);
}

// BIO_get_mem_data is a macro over BIO_ctrl.
static inline long diag_BIO_get_mem_data(BIO *bio, char **data) {
    return BIO_get_mem_data(bio, data);
}

// XN_FLAG_RFC2253 is an expression of macros; without ESC_MSB the text stays UTF-8.
static inline int diag_X509_NAME_print(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

#endif
