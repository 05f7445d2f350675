/*
 * test_journal.c - nothing that was written down is lost or taken for more
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "test.h"
#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "event/journal.h"
#include "event_random.h"

static char dir[] = "/tmp/tcplab-journal-XXXXXX";
static int folder_fd = -1;

static void setup(void)
{
	strcpy(dir, "/tmp/tcplab-journal-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	folder_fd = open(dir, O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(folder_fd, 0);
}

static void teardown(void)
{
	(void)unlinkat(folder_fd, "j", 0); /* not every test makes it */
	fd_close(&folder_fd);
	ck_assert_int_eq(rmdir(dir), 0);
}

static struct journal_writer *create(void)
{
	struct journal_writer *w = NULL;
	struct err err = {0};

	ck_assert_msg(journal_create(folder_fd, "j", &w, &err) == 0, "%s",
		      err.text);
	return w;
}

static void append(struct journal_writer *w, enum event_kind kind)
{
	struct event event = {.kind = kind, .step = -1};

	if (kind == EVENT_BEGIN)
		event.begin.version = JOURNAL_VERSION;
	(void)journal_append(w, &event);
}

static int load_text(const char *text, struct journal **out, struct err *err)
{
	ck_assert_int_eq(file_write(folder_fd, "j", text, strlen(text), NULL),
			 0);
	return journal_load(folder_fd, "j", out, err);
}

START_TEST(test_what_is_appended_is_loaded)
{
	struct journal_writer *w = create();
	struct dice dice = {.state = 1};
	struct event events[2000];
	struct journal *journal = NULL;
	struct err err = {0};

	memset(events, 0, sizeof(events));
	events[0] = (struct event){.kind = EVENT_BEGIN, .step = -1};
	events[0].begin.version = JOURNAL_VERSION;
	for (size_t i = 1; i < 2000; i++)
		event_random(&dice, (enum event_kind)(i % EVENT_END),
			     &events[i]);
	events[1999] = (struct event){.kind = EVENT_END, .step = -1};
	for (size_t i = 0; i < 2000; i++)
		ck_assert_uint_eq(journal_append(w, &events[i]), i + 1);
	ck_assert_int_eq(journal_close(w, &err), 0);
	ck_assert_msg(journal_load(folder_fd, "j", &journal, &err) == 0, "%s",
		      err.text);
	ck_assert_uint_eq(journal->n, 2000);
	ck_assert(!journal->truncated);
	ck_assert_int_eq(journal->version, JOURNAL_VERSION);
	for (size_t i = 0; i < 1999; i++)
		ck_assert(event_same(&journal->events[i], &events[i]));
	journal_free(journal);
}
END_TEST

START_TEST(test_journal_is_never_overwritten)
{
	struct journal_writer *w = create();
	struct journal_writer *second = NULL;
	struct err err = {0};

	ck_assert_int_eq(journal_create(folder_fd, "j", &second, &err),
			 -EEXIST);
	ck_assert_ptr_null(second);
	ck_assert_int_eq(journal_close(w, NULL), 0);
}
END_TEST

START_TEST(test_steps_reach_the_disk_at_once)
{
	struct journal_writer *w = create();
	struct journal *journal = NULL;

	append(w, EVENT_BEGIN);
	append(w, EVENT_SOCK);
	append(w, EVENT_STEP_END);
	append(w, EVENT_SOCK); /* stays in memory: a crash may lose it */
	ck_assert_int_eq(journal_load(folder_fd, "j", &journal, NULL), 0);
	ck_assert_uint_eq(journal->n, 3);
	ck_assert(journal->truncated);
	journal_free(journal);
	ck_assert_int_eq(journal_close(w, NULL), 0);
}
END_TEST

START_TEST(test_full_disk_keeps_what_was_there)
{
	struct rlimit old;
	struct rlimit small = {.rlim_cur = 8192, .rlim_max = RLIM_INFINITY};
	struct journal_writer *w = create();
	struct journal *journal = NULL;
	struct err err = {0};
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);

	/* a file size limit cuts a write short and then refuses the next, as a
	 * full disk does (setrlimit(2), write(2)) */
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	append(w, EVENT_BEGIN);
	for (int i = 0; i < 1000; i++)
		append(w, i % 10 ? EVENT_SOCK : EVENT_STEP_END);
	append(w, EVENT_END);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
	(void)signal(SIGXFSZ, handler);
	ck_assert_int_eq(journal_failed(w), -EFBIG);
	ck_assert_int_eq(journal_flush(w), -EFBIG);
	append(w, EVENT_END); /* there is room again, but a hole before it */
	ck_assert_int_eq(journal_close(w, &err), -EFBIG);
	ck_assert_str_ne(err.text, "");
	ck_assert_int_eq(journal_load(folder_fd, "j", &journal, &err), 0);
	ck_assert(journal->truncated);
	ck_assert_uint_gt(journal->n, 100);
	for (size_t i = 0; i < journal->n; i++)
		ck_assert_uint_eq(journal->events[i].n, i + 1);
	journal_free(journal);
}
END_TEST

#define BEGIN "{\"n\":1,\"t\":0,\"kind\":\"begin\",\"version\":1}\n"
#define END   "{\"n\":2,\"t\":5,\"kind\":\"end\",\"complete\":true}\n"

START_TEST(test_every_cut_is_noticed)
{
	const char *whole = BEGIN END;

	for (size_t len = 0; len < strlen(whole); len++) {
		struct journal *journal = NULL;
		struct err err = {0};
		char text[256];

		memcpy(text, whole, len);
		text[len] = '\0';
		ck_assert_msg(load_text(text, &journal, &err) == 0, "%zu: %s",
			      len, err.text);
		ck_assert_msg(journal->truncated, "%zu bytes", len);
		journal_free(journal);
	}
}
END_TEST

static const struct {
	const char *text;
	int rc;
	const char *says;
} bad[] = {
	{BEGIN "{\"n\":2,\n" END, -EBADMSG, "j:2: "},
	{BEGIN "\n" END, -EBADMSG, "j:2: "},
	{BEGIN END BEGIN, -EBADMSG, "j:3: event 1 follows event 2"},
	{BEGIN "{\"n\":3,\"t\":5,\"kind\":\"end\"}\n", -EBADMSG,
	 "j:2: event 3 follows event 1"},
	{"{\"n\":1,\"t\":5,\"kind\":\"end\"}\n", -EBADMSG, "j:1: "},
	{"{\"n\":1,\"t\":0,\"kind\":\"begin\"}\n", -EBADMSG, "j:1: "},
	{"{\"n\":1,\"t\":0,\"kind\":\"begin\",\"version\":2}\n", -ENOTSUP,
	 "version 2"},
	{BEGIN "{\"n\":2,\"t\":0,\"kind\":\"op.end\",\"error\":\"EX\"}\n",
	 -EBADMSG, "j:2: op.end: bad value of \"error\""},
};

START_TEST(test_bad_lines_are_named)
{
	struct journal *journal = NULL;
	struct err err = {0};

	ck_assert_int_eq(load_text(bad[_i].text, &journal, &err), bad[_i].rc);
	ck_assert_ptr_null(journal);
	ck_assert_msg(strstr(err.text, bad[_i].says), "%s", err.text);
}
END_TEST

START_TEST(test_unknown_kinds_are_skipped)
{
	struct journal *journal = NULL;

	ck_assert_int_eq(load_text(BEGIN
				   "{\"n\":2,\"t\":1,\"kind\":\"telegram\"}\n"
				   "{\"n\":3,\"t\":5,\"kind\":\"end\"}\n",
				   &journal, NULL),
			 0);
	ck_assert_uint_eq(journal->n, 2);
	ck_assert_uint_eq(journal->skipped, 1);
	ck_assert(!journal->truncated);
	journal_free(journal);
}
END_TEST

START_TEST(test_no_journal)
{
	struct journal *journal = NULL;
	struct err err = {0};

	ck_assert_int_eq(journal_load(folder_fd, "j", &journal, &err), -ENOENT);
	ck_assert_ptr_null(journal);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal");
	TCase *tc = tcase_create("journal");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_what_is_appended_is_loaded);
	tcase_add_test(tc, test_journal_is_never_overwritten);
	tcase_add_test(tc, test_steps_reach_the_disk_at_once);
	tcase_add_test(tc, test_full_disk_keeps_what_was_there);
	tcase_add_test(tc, test_every_cut_is_noticed);
	tcase_add_loop_test(tc, test_bad_lines_are_named, 0,
			    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, test_unknown_kinds_are_skipped);
	tcase_add_test(tc, test_no_journal);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
