/*
 * test_segment.c - what a frame says, and that no frame can hurt
 */
#include "tcp/segment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "test.h"

/* frames made, and their checksums computed, by another program */
static const struct {
	const char *hex;
	int rc;
	const char *meaning; /* from, to, flags, seq, ack, window, payload,
				segment length, options, checksum */
} frames[] = {
	/* as a connect() begins */
	{"02000000000202000000000108004500003c00010000400666b90a000001"
	 "0a0000029c4000500102030400000000a002faf0948b0000020405b40402"
	 "080a000003e8000000000103030a",
	 0,
	 "10.0.0.1:40000 10.0.0.2:80 SYN 16909060 0 64240 0 1, mss 1460, "
	 "wscale 10, sack, ts 1000 0, good"},
	/* IPv6 */
	{"02000000000202000000000186dd6000000000280640fd7c000000000000"
	 "0000000000000002fd7c000000000000000000000000000100509c40ffff"
	 "ffff01020305a012fe88a9e80000020405b40402080a000003e800000000"
	 "0103030a",
	 0,
	 "[fd7c::2]:80 [fd7c::1]:40000 SYN,ACK 4294967295 16909061 65160 0 1, "
	 "mss 1460, wscale 10, sack, ts 1000 0, good"},
	/* padding behind the packet is not payload */
	{"02000000000202000000000108004500003900010000400666bc0a000001"
	 "0a0000029c400050000000050000000780180200786e00000101080a0000"
	 "03e9000003e868656c6c6f000000",
	 0,
	 "10.0.0.1:40000 10.0.0.2:80 PSH,ACK 5 7 512 5 5, ts 1001 1000, good"},
	/* 802.1Q, and a SACK block */
	{"0200000000020200000000018100000108004500003400010000400666c1"
	 "0a0000010a0000029c400050000000050000000780110200c6ff00000101"
	 "050a0000000a00000014",
	 0,
	 "10.0.0.1:40000 10.0.0.2:80 FIN,ACK 5 7 512 0 1, block 10-20, good"},
	/* one bit of the checksum is wrong */
	{"02000000000202000000000108004500002800010000400666cd0a000001"
	 "0a0000029c400050000000050000000750040000ff510000",
	 0, "10.0.0.1:40000 10.0.0.2:80 RST 5 7 0 0 0, bad"},
	/* IPv4 options */
	{"02000000000202000000000108004600002c00010000400663c80a000001"
	 "0a00000201010100000100020000000500000007501000019bc20000",
	 0, "10.0.0.1:1 10.0.0.2:2 ACK 5 7 1 0 0, good"},
	/* a hop-by-hop header */
	{"02000000000202000000000186dd60000000001c0040fd7c000000000000"
	 "0000000000000001fd7c0000000000000000000000000002060001040000"
	 "000000010002000000050000000750100001b4c80000",
	 0, "[fd7c::1]:1 [fd7c::2]:2 ACK 5 7 1 0 0, good"},
	/* a timestamp without its value */
	{"02000000000202000000000108004500002c00010000400666c90a000001"
	 "0a0000020001000200000005000000076010000182b300000101080a",
	 0, "10.0.0.1:1 10.0.0.2:2 ACK 5 7 1 0 0, malformed, good"},
	/* a later fragment */
	{"02000000000202000000000108004500001c00010003400666d60a000001"
	 "0a0000026162636465666768",
	 -EPROTONOSUPPORT, ""},
	/* ARP */
	{"ffffffffffff020000000001080600010800060400010200000000010a00"
	 "00010000000000000a000002",
	 -EPROTONOSUPPORT, ""},
	/* UDP */
	{"02000000000202000000000108004500001c00010000401166d90a000001"
	 "0a0000020000000000000000",
	 -EPROTONOSUPPORT, ""},
};

#define N_FRAMES (sizeof(frames) / sizeof(frames[0]))

/* in a block of its own: a read past its end is one past the block's */
static uint8_t *bytes(const char *hex, size_t *n)
{
	uint8_t *out;

	*n = strlen(hex) / 2;
	out = mem_new(uint8_t, *n);
	for (size_t i = 0; i < *n; i++) {
		char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return out;
}

static void tell_options(const struct segment_options *o, struct str *out)
{
	if (o->mss)
		str_addf(out, ", mss %u", o->mss);
	if (o->has_wscale)
		str_addf(out, ", wscale %u", o->wscale);
	if (o->sack_permitted)
		str_add(out, ", sack");
	if (o->has_timestamps)
		str_addf(out, ", ts %u %u", o->ts_val, o->ts_ecr);
	for (size_t i = 0; i < o->n_sack; i++)
		str_addf(out, ", block %u-%u", o->sack[i].left,
			 o->sack[i].right);
	if (o->malformed)
		str_add(out, ", malformed");
}

static void tell(const struct segment *s, struct str *out)
{
	char from[ENDPOINT_TEXT];
	char to[ENDPOINT_TEXT];

	str_addf(out, "%s %s ", endpoint_print(&s->from, from),
		 endpoint_print(&s->to, to));
	segment_print_flags(s->flags, out);
	str_addf(out, " %u %u %u %u %u", s->seq, s->ack, s->window,
		 s->payload_len, segment_len(s));
	tell_options(&s->options, out);
	str_add(out, s->checksum_good ? ", good" : ", bad");
}

START_TEST(test_frames)
{
	SCOPED_STR struct str told = {0};
	SCOPED_FREE uint8_t *frame = NULL;
	struct segment segment = {0};
	size_t n;

	frame = bytes(frames[_i].hex, &n);
	ck_assert_int_eq(segment_parse(frame, n, &segment), frames[_i].rc);
	if (frames[_i].rc == 0)
		tell(&segment, &told);
	ck_assert_str_eq(str_text(&told), frames[_i].meaning);
}
END_TEST

/* a frame that ends anywhere: in the headers it is refused, behind them the
 * payload's length is still known */
START_TEST(test_cut)
{
	SCOPED_FREE uint8_t *whole = NULL;
	struct segment full = {0};
	size_t n;

	whole = bytes(frames[_i].hex, &n);
	if (segment_parse(whole, n, &full) < 0)
		return;
	for (size_t len = 0; len < n; len++) {
		SCOPED_FREE uint8_t *cut = mem_new(uint8_t, len);
		struct segment segment = {.window = 77};
		int rc;

		memcpy(cut, whole, len);
		rc = segment_parse(cut, len, &segment);
		if (len < (size_t)(full.payload - whole)) {
			ck_assert_int_eq(rc, -EBADMSG);
			ck_assert_uint_eq(segment.window, 77);
		} else {
			ck_assert_int_eq(rc, 0);
			ck_assert_uint_eq(segment.payload_len,
					  full.payload_len);
		}
	}
}
END_TEST

START_TEST(test_flags)
{
	SCOPED_STR struct str out = {0};

	segment_print_flags(0xff, &out);
	ck_assert_str_eq(str_text(&out), "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR");
	str_done(&out);
	segment_print_flags(0, &out);
	ck_assert_str_eq(str_text(&out), "none");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("segment");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_frames, 0, (int)N_FRAMES);
	tcase_add_loop_test(tcase, test_cut, 0, (int)N_FRAMES);
	tcase_add_test(tcase, test_flags);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
