/*
 * test_pcapng.c - what is written is what the format says
 *
 * That Wireshark reads it, tests/cmd/test_capture.py tells.
 */
#include "observe/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "observe/read_back.h"
#include "test.h"

#define NAME "capture.pcapng"

static char folder[] = "/tmp/tcplab-pcapng-XXXXXX";
static int folder_fd = -1;

static uint32_t at32(const char *bytes, size_t offset)
{
	uint32_t value;

	memcpy(&value, bytes + offset, sizeof(value));
	return value;
}

/* the file's bytes, and how many; caller frees */
static char *written(size_t *len)
{
	struct err err = {0};
	char *bytes = NULL;

	ck_assert_msg(file_read(folder_fd, NAME, 1 << 20, &bytes, len, &err) ==
			      0,
		      "%s", err.text);
	ck_assert_int_eq(unlinkat(folder_fd, NAME, 0), 0);
	return bytes;
}

static struct pcapng *create(void)
{
	struct pcapng *p = NULL;
	struct err err = {0};

	ck_assert_msg(pcapng_create(folder_fd, NAME, "a story", &p, &err) == 0,
		      "%s", err.text);
	return p;
}

/* each block says its length at both ends, and they fill the file */
START_TEST(test_blocks)
{
	static const uint32_t types[] = {0x0a0d0d0a, 1, 1, 6, 6, 5};
	struct pcapng *p = create();
	SCOPED_FREE char *bytes = NULL;
	size_t at = 0;
	size_t len;

	ck_assert_uint_eq(pcapng_interface(p, "client:eth0", "to server"), 0);
	ck_assert_uint_eq(pcapng_interface(p, "server:eth0", NULL), 1);
	pcapng_packet(p, &(struct pcapng_packet){
				 .interface = 1,
				 .wall_ns = (INT64_C(7) << 32) + 9,
				 .bytes = "abcde",
				 .len = 5,
				 .whole_len = 60,
				 .comment = "dropped",
			 });
	pcapng_packet(p, &(struct pcapng_packet){.bytes = "", .out = true});
	pcapng_statistics(p, 0, 1, 2, 3);
	ck_assert_int_eq(pcapng_close(p, NULL), 0);
	bytes = written(&len);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		uint32_t size = at32(bytes, at + 4);

		ck_assert_uint_eq(at32(bytes, at), types[i]);
		ck_assert_uint_eq(size % 4, 0);
		ck_assert_uint_le(at + size, len);
		ck_assert_uint_eq(at32(bytes, at + size - 4), size);
		if (i == 3) {
			ck_assert_uint_eq(at32(bytes, at + 8), 1);
			ck_assert_uint_eq(at32(bytes, at + 12), 7);
			ck_assert_uint_eq(at32(bytes, at + 16), 9);
			ck_assert_uint_eq(at32(bytes, at + 20), 5);
			ck_assert_uint_eq(at32(bytes, at + 24), 60);
			ck_assert_mem_eq(bytes + at + 28, "abcde\0\0\0", 8);
			/* opt_comment, 7 bytes and one of padding */
			ck_assert_uint_eq(at32(bytes, at + 36), 7U << 16 | 1);
			ck_assert_mem_eq(bytes + at + 40, "dropped\0", 8);
		}
		at += size;
	}
	ck_assert_uint_eq(at, len);
}
END_TEST

/* five packets of two interfaces: "p1" … "p5"; the third has a comment */
static struct pcapng *five_packets(void)
{
	struct pcapng *p = create();

	(void)pcapng_interface(p, "client:eth0", NULL);
	(void)pcapng_interface(p, "server:eth0", NULL);
	for (uint32_t i = 1; i <= 5; i++) {
		char bytes[] = "p0";

		bytes[1] = (char)('0' + i);
		pcapng_packet(p, &(struct pcapng_packet){
					 .interface = i % 2,
					 .wall_ns = i,
					 .bytes = bytes,
					 .len = 2,
					 .whole_len = 2,
					 .out = i % 2,
					 .comment = i == 3 ? "own" : NULL,
				 });
	}
	return p;
}

/* "p1:one,two p2: …" */
static void read_packets(struct str *told)
{
	SCOPED_FREE char *bytes = NULL;
	struct read_back r = {0};
	const char *wrong;

	bytes = written(&r.len);
	r.bytes = bytes;
	while (read_next(&r, &wrong)) {
		const struct read_packet *p = &r.block.packet;

		if (r.block.type != 6)
			continue;
		str_addn(told, p->bytes.s, p->bytes.len);
		for (size_t i = 0; i < p->n_comments; i++)
			str_addf(told, ",%.*s", (int)p->comments[i].len,
				 p->comments[i].s);
		str_add(told, " ");
		ck_assert_uint_eq(p->flags, p->interface ? 2 : 1);
	}
	ck_assert_msg(!wrong, "%s", wrong);
}

START_TEST(test_comments)
{
	static const struct pcapng_comment comments[] = {
		{1, "one"}, {3, "three"}, {3, ""}, {5, "f\xc3\xbcnf"}, {9, "-"},
	};
	struct pcapng *p = five_packets();
	SCOPED_STR struct str told = {0};
	struct err err = {0};

	ck_assert_msg(pcapng_annotate(p, comments, 5, &err) == 0, "%s",
		      err.text);
	/* and it can be written to further, and be annotated again */
	pcapng_packet(p, &(struct pcapng_packet){
				 .bytes = "p6", .len = 2, .whole_len = 2});
	ck_assert_int_eq(
		pcapng_annotate(p, &(struct pcapng_comment){6, "six"}, 1, NULL),
		0);
	ck_assert_int_eq(pcapng_close(p, NULL), 0);
	read_packets(&told);
	ck_assert_str_eq(told.s, "p1,one p2 p3,three,,own p4 p5,f\xc3\xbcnf "
				 "p6,six ");
}
END_TEST

/* a disk too small for the copy: what is there stays, and nothing beside it */
START_TEST(test_comments_do_not_fit)
{
	struct pcapng *p = five_packets();
	SCOPED_STR struct str told = {0};
	struct rlimit limit;
	struct rlimit low;
	struct err err = {0};

	ck_assert_int_eq(pcapng_flush(p), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	low = (struct rlimit){.rlim_cur = 64, .rlim_max = limit.rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
	ck_assert_int_eq(
		pcapng_annotate(p, &(struct pcapng_comment){1, "one"}, 1, &err),
		-EFBIG);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_str_eq(err.text, NAME " with comments: File too large");
	pcapng_packet(p, &(struct pcapng_packet){
				 .bytes = "p6", .len = 2, .whole_len = 2});
	ck_assert_int_eq(pcapng_close(p, NULL), 0);
	read_packets(&told);
	/* that nothing else is in the folder, main() finds */
	ck_assert_str_eq(told.s, "p1 p2 p3,own p4 p5 p6 ");
}
END_TEST

/* what somebody else wrote there is not taken for ours */
START_TEST(test_comments_on_no_capture)
{
	struct pcapng *p = five_packets();
	int fd;

	ck_assert_int_eq(pcapng_flush(p), 0);
	fd = openat(folder_fd, NAME, O_WRONLY | O_APPEND | O_CLOEXEC);
	ck_assert_int_eq((int)write(fd, "not ours", 8), 8);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(
		pcapng_annotate(p, &(struct pcapng_comment){1, "one"}, 1, NULL),
		-EBADMSG);
	ck_assert_int_eq(pcapng_close(p, NULL), 0);
	ck_assert_int_eq(unlinkat(folder_fd, NAME, 0), 0);
}
END_TEST

START_TEST(test_never_over_another)
{
	struct pcapng *p = create();
	struct pcapng *second = NULL;
	struct err err = {0};

	ck_assert_int_eq(pcapng_create(folder_fd, NAME, NULL, &second, &err),
			 -EEXIST);
	ck_assert_ptr_null(second);
	ck_assert_int_eq(pcapng_close(p, NULL), 0);
	ck_assert_int_eq(unlinkat(folder_fd, NAME, 0), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pcapng");
	TCase *tcase = tcase_create("unit");
	int failed;

	folder_fd =
		mkdtemp(folder) ? open(folder, O_DIRECTORY | O_CLOEXEC) : -1;
	if (folder_fd < 0)
		return EXIT_FAILURE;
	tcase_add_test(tcase, test_blocks);
	tcase_add_test(tcase, test_comments);
	tcase_add_test(tcase, test_comments_do_not_fit);
	tcase_add_test(tcase, test_comments_on_no_capture);
	tcase_add_test(tcase, test_never_over_another);
	suite_add_tcase(suite, tcase);
	failed = test_run(suite);
	fd_close(&folder_fd);
	return rmdir(folder) < 0 ? EXIT_FAILURE : failed;
}
