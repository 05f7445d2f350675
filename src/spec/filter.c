/*
 * filter.c - see that a filter is one that libpcap takes
 */
#include "spec/filter.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/node.h"
#include "spec/reader.h"

/** FILTER_MAX - longer ones are not written by hand; libpcap's optimizer can
 * take very long for them */
#define FILTER_MAX 512

#define DIGITS "0123456789"
#define HEX    "0123456789abcdefABCDEF"

/* what stands in filters for TCP, and needs no look-up: pcap-filter(7) */
static const char *const words[] = {
	"and",	     "or",	"not",	   "ip",      "ip6",	   "tcp",
	"src",	     "dst",	"host",	   "net",     "mask",	   "port",
	"portrange", "ether",	"proto",   "len",     "less",	   "greater",
	"tcpflags",  "tcp-fin", "tcp-syn", "tcp-rst", "tcp-push",  "tcp-ack",
	"tcp-urg",   "tcp-ece", "tcp-cwr", "vlan",    "broadcast", "multicast",
};

#define WORDS (sizeof(words) / sizeof(words[0]))

/* as libpcap's scanner.l takes it: "len-4" would be a host's name */
static size_t word_length(const char *text)
{
	size_t n = 0;

	if (!isalnum((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[n]) ||
	       (text[n] && strchr("_.:-", text[n])))
		n++;
	return n;
}

static bool consists_of(const char *word, const char *chars)
{
	return word[strspn(word, chars)] == '\0';
}

/* "80", "0x3c", "80-90", "10.0", "fe80::1", "02:00:00:00:00:01" */
static bool is_numeric(const char *word)
{
	size_t n = strspn(word, DIGITS);
	struct in_addr addr;

	if (strncmp(word, "0x", 2) == 0)
		return word[2] && consists_of(word + 2, HEX);
	if (word[n] == '-')
		return word[n + 1] && consists_of(word + n + 1, DIGITS);
	if (strchr(word, ':'))
		return consists_of(word, HEX ":.");
	return consists_of(word, DIGITS ".") &&
	       (!word[n] || inet_aton(word, &addr));
}

/* what stands before a host, a network or a port */
static bool names_next(const char *word)
{
	static const char *const before[] = {"src", "dst",  "host",
					     "net", "port", "portrange"};

	return names_find(before, sizeof(before) / sizeof(before[0]), word) >=
	       0;
}

/* libpcap asks getaddrinfo(3) about a word that it does not know */
static bool words_known(const struct reader *r, const struct node *node,
			const char *text)
{
	bool named = false;

	for (size_t n; *text; text += n ? n : 1) {
		SCOPED_FREE char *word = NULL;
		struct node at = *node;

		n = word_length(text);
		word = mem_strndup(text, n);
		if (is_numeric(word) || names_find(words, WORDS, word) >= 0) {
			named = n ? names_next(word) : named;
			continue;
		}
		at.text = word;
		if (named)
			reader_error(r, node,
				     "a filter has numbers for hosts, networks "
				     "and ports, not '%s'",
				     word);
		else
			reader_unknown(r, &at, "word of a filter",
				       names_nearest(words, WORDS, word));
		return false;
	}
	return true;
}

bool filter_check(const struct reader *r, const struct node *node,
		  const char *text)
{
	struct bpf_program program = {0};
	pcap_t *pcap;
	int rc;

	if (strlen(text) > FILTER_MAX) {
		reader_error(r, node, "a filter has at most %d characters",
			     FILTER_MAX);
		return false;
	}
	if (!words_known(r, node, text))
		return false;
	pcap = pcap_open_dead(DLT_EN10MB, 65535);
	if (!pcap)
		abort(); /* for want of memory only */
	rc = pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN);
	if (rc < 0)
		reader_error(r, node, "no filter: %s", pcap_geterr(pcap));
	else
		pcap_freecode(&program);
	pcap_close(pcap);
	return rc == 0;
}
