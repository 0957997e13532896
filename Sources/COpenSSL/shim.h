#ifndef DIAG_COPENSSL_SHIM_H
#define DIAG_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
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

// Called only when the server asks for a client certificate: notes it on the SSL, whether it has one to show or not.
static inline int diag_note_certificate_request(SSL *ssl, void *argument) {
    (void)argument;
    SSL_set_app_data(ssl, (void *)1);
    return 1;
}
static inline void diag_SSL_CTX_note_certificate_requests(SSL_CTX *context) {
    SSL_CTX_set_cert_cb(context, diag_note_certificate_request, NULL);
}
static inline int diag_SSL_was_asked_for_certificate(const SSL *ssl) {
    return SSL_get_app_data(ssl) != NULL;
}

// SSL_add1_chain_cert is a macro over SSL_ctrl. The session takes a reference of its own.
static inline int diag_SSL_add1_chain_cert(SSL *ssl, X509 *certificate) {
    return (int)SSL_add1_chain_cert(ssl, certificate);
}

// These three are macros over SSL_ctrl.
static inline int diag_SSL_set_only_version(SSL *ssl, int version) {
    return SSL_set_min_proto_version(ssl, version) && SSL_set_max_proto_version(ssl, version);
}
static inline void diag_SSL_ask_for_staple(SSL *ssl) {
    SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
}
static inline long diag_SSL_get_staple(SSL *ssl, const unsigned char **bytes) {
    return SSL_get_tlsext_status_ocsp_resp(ssl, bytes);
}

// A macro over SSL_ctrl: the key by which the server's side of the key exchange was made; NULL where there is none.
static inline EVP_PKEY *diag_SSL_get1_exchange_key(SSL *ssl) {
    EVP_PKEY *key = NULL;
    return SSL_get_peer_tmp_key(ssl, &key) ? key : NULL;
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
