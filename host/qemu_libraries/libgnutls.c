// SPDX-License-Identifier: GPL-2.0-only
// QEMU encrypts its migration, VNC and NBD connections with GnuTLS, none of which a VM of ours has. What it calls at
// every start works: the set-up, and the random numbers (the guest's RDRAND ends there).
#include <stddef.h>
#include <sys/random.h>

#include "never_called.h"

enum { kSuccess = 0, kRandomFailed = -206 };  // GNUTLS_E_SUCCESS, GNUTLS_E_RANDOM_FAILED

RSL_PUBLIC int gnutls_global_init(void) { return kSuccess; }

RSL_PUBLIC int gnutls_rnd(int level, void* data, size_t bytes) {
    (void)level;
    for (char* at = data; bytes != 0;) {
        const ssize_t got = getrandom(at, bytes, 0);
        if (got <= 0) return kRandomFailed;
        at += got, bytes -= (size_t)got;
    }
    return kSuccess;
}

NEVER_CALLED(gnutls_anon_allocate_client_credentials)
NEVER_CALLED(gnutls_anon_allocate_server_credentials)
NEVER_CALLED(gnutls_anon_free_client_credentials)
NEVER_CALLED(gnutls_anon_free_server_credentials)
NEVER_CALLED(gnutls_anon_set_server_dh_params)
NEVER_CALLED(gnutls_bye)
NEVER_CALLED(gnutls_certificate_allocate_credentials)
NEVER_CALLED(gnutls_certificate_free_credentials)
NEVER_CALLED(gnutls_certificate_get_peers)
NEVER_CALLED(gnutls_certificate_server_set_request)
NEVER_CALLED(gnutls_certificate_set_dh_params)
NEVER_CALLED(gnutls_certificate_set_x509_crl_file)
NEVER_CALLED(gnutls_certificate_set_x509_key_file2)
NEVER_CALLED(gnutls_certificate_set_x509_trust_file)
NEVER_CALLED(gnutls_certificate_verify_peers2)
NEVER_CALLED(gnutls_cipher_get)
NEVER_CALLED(gnutls_cipher_get_key_size)
NEVER_CALLED(gnutls_cipher_suite_info)
NEVER_CALLED(gnutls_credentials_set)
NEVER_CALLED(gnutls_deinit)
NEVER_CALLED(gnutls_dh_params_deinit)
NEVER_CALLED(gnutls_dh_params_generate2)
NEVER_CALLED(gnutls_dh_params_import_pkcs3)
NEVER_CALLED(gnutls_dh_params_init)
NEVER_CALLED(gnutls_handshake)
NEVER_CALLED(gnutls_hash_get_len)
NEVER_CALLED(gnutls_init)
NEVER_CALLED(gnutls_priority_deinit)
NEVER_CALLED(gnutls_priority_get_cipher_suite_index)
NEVER_CALLED(gnutls_priority_init)
NEVER_CALLED(gnutls_priority_set_direct)
NEVER_CALLED(gnutls_protocol_get_name)
NEVER_CALLED(gnutls_psk_allocate_client_credentials)
NEVER_CALLED(gnutls_psk_allocate_server_credentials)
NEVER_CALLED(gnutls_psk_free_client_credentials)
NEVER_CALLED(gnutls_psk_free_server_credentials)
NEVER_CALLED(gnutls_psk_set_client_credentials)
NEVER_CALLED(gnutls_psk_set_server_credentials_file)
NEVER_CALLED(gnutls_psk_set_server_dh_params)
NEVER_CALLED(gnutls_record_check_pending)
NEVER_CALLED(gnutls_record_get_direction)
NEVER_CALLED(gnutls_record_recv)
NEVER_CALLED(gnutls_record_send)
NEVER_CALLED(gnutls_strerror)
NEVER_CALLED(gnutls_transport_set_ptr)
NEVER_CALLED(gnutls_transport_set_pull_function)
NEVER_CALLED(gnutls_transport_set_push_function)
NEVER_CALLED(gnutls_x509_crt_check_hostname)
NEVER_CALLED(gnutls_x509_crt_deinit)
NEVER_CALLED(gnutls_x509_crt_get_activation_time)
NEVER_CALLED(gnutls_x509_crt_get_basic_constraints)
NEVER_CALLED(gnutls_x509_crt_get_dn)
NEVER_CALLED(gnutls_x509_crt_get_expiration_time)
NEVER_CALLED(gnutls_x509_crt_get_fingerprint)
NEVER_CALLED(gnutls_x509_crt_get_key_purpose_oid)
NEVER_CALLED(gnutls_x509_crt_get_key_usage)
NEVER_CALLED(gnutls_x509_crt_import)
NEVER_CALLED(gnutls_x509_crt_init)
NEVER_CALLED(gnutls_x509_crt_list_import)
NEVER_CALLED(gnutls_x509_crt_list_verify)
