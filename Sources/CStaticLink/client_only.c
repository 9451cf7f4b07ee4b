// A probe is a client of TLS over TCP. OpenSSL asks in every session whether it is a server's, of DTLS or of QUIC
// (since 3.2), and so brings all of them. None of these functions is ever called for a client's session of TLS: a call
// would end the program. They are weak, so that an OpenSSL that asks for more has its own.
#define WEAK __attribute__((weak))
#define NEVER_CALLED(name) WEAK void name(void) { __builtin_trap(); }
#define NOTHING(name) WEAK void name(void) {}
#define ANSWERS(value, name) WEAK long name(void) { return value; }
// Objects of which only the address is taken.
#define ADDRESS(name) WEAK char name[256];

// The server's side, but for its extensions, of which a client reads two.
#define SERVER(step) NEVER_CALLED(ossl_statem_server_##step)

SERVER(construct_message) SERVER(max_message_size) SERVER(post_process_message) SERVER(post_work) SERVER(pre_work)
SERVER(process_message) SERVER(read_transition) SERVER(write_transition)
NEVER_CALLED(send_certificate_request) NEVER_CALLED(tls_construct_cert_status_body) NEVER_CALLED(tls_handle_alpn)

#define DTLS1(name) NEVER_CALLED(dtls1_##name)
#define DTLS(name) NEVER_CALLED(dtls_##name)

DTLS1(buffer_record) DTLS1(clear) DTLS1(clear_received_buffer) DTLS1(ctrl) DTLS1(default_timeout) DTLS1(dispatch_alert)
DTLS1(do_write) DTLS1(free) DTLS1(get_bitmap) DTLS1(get_epoch) DTLS1(increment_epoch) DTLS1(new)
DTLS1(process_buffered_records) DTLS1(read_bytes) DTLS1(reset_seq_numbers) DTLS1(retrieve_buffered_record)
DTLS1(shutdown) DTLS1(start_timer) DTLS1(stop_timer) DTLS1(write_app_data_bytes)
DTLS(construct_change_cipher_spec) DTLS(get_message) DTLS(get_message_body) DTLS(get_more_records)
DTLS(post_encryption_processing) DTLS(prepare_record_header) NEVER_CALLED(DTLS_RECORD_LAYER_clear)
ADDRESS(DTLSv1_enc_data) ADDRESS(DTLSv1_2_enc_data) ADDRESS(ossl_dtls_record_method)
// The kernel's TLS, which nobody switches on.
ADDRESS(ossl_ktls_record_method)

// SRP, which no session offers without a name and a password.
ANSWERS(1, ssl_ctx_srp_ctx_init_intern) ANSWERS(1, ssl_ctx_srp_ctx_free_intern)
ANSWERS(1, ssl_srp_ctx_init_intern) ANSWERS(1, ssl_srp_ctx_free_intern)
ANSWERS(0, srp_generate_client_master_secret) ANSWERS(0, srp_verify_server_param)
ANSWERS(0, ssl_srp_calc_a_param_intern)

// OpenSSL's configuration file is not read.
ANSWERS(1, ssl_ctx_system_config)

#define QUIC(name) NEVER_CALLED(ossl_quic_##name)

// No method is one of these, and no session has what these free.
ANSWERS(0, OSSL_QUIC_client_method) ANSWERS(0, OSSL_QUIC_client_thread_method) ANSWERS(0, OSSL_QUIC_server_method)
NOTHING(ossl_quic_free_token_store) NOTHING(ossl_quic_tls_clear) NOTHING(ossl_quic_tls_free)
QUIC(accept_connection) QUIC(accept_stream) QUIC(clear_options) QUIC(conn_get_blocking_mode) QUIC(conn_get_net_rbio)
QUIC(conn_get_net_wbio) QUIC(conn_set0_net_rbio) QUIC(conn_set0_net_wbio) QUIC(conn_set_blocking_mode)
QUIC(conn_set_initial_peer_addr) QUIC(conn_shutdown) QUIC(conn_stream_conclude) QUIC(conn_stream_new)
QUIC(do_handshake) QUIC(get0_connection) QUIC(get0_domain) QUIC(get0_listener) QUIC(get_accept_connection_queue_len)
QUIC(get_accept_stream_queue_len) QUIC(get_conn_close_info) QUIC(get_domain_flags) QUIC(get_error)
QUIC(get_event_timeout) QUIC(get_key_update_type) QUIC(get_net_read_desired) QUIC(get_net_write_desired)
QUIC(get_options) QUIC(get_rpoll_descriptor) QUIC(get_shutdown) QUIC(get_stream_id) QUIC(get_stream_read_error_code)
QUIC(get_stream_read_state) QUIC(get_stream_type) QUIC(get_stream_write_error_code) QUIC(get_stream_write_state)
QUIC(get_value_uint) QUIC(get_wpoll_descriptor) QUIC(handle_events) QUIC(has_pending) QUIC(is_stream_local)
QUIC(key_update) QUIC(listen) QUIC(new_domain) QUIC(new_from_listener) QUIC(new_listener) QUIC(new_listener_from)
QUIC(new_token_store) QUIC(obj_get0_handshake_layer) QUIC(set_accept_state) QUIC(set_connect_state)
QUIC(set_default_stream_mode) QUIC(set_incoming_stream_policy) QUIC(set_options) QUIC(set_value_uint)
QUIC(stream_reset) QUIC(want) QUIC(write_flags)
