/*
 * shell.c - "tcplab shell": a shell in a host of a live lab
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/launch.h"
#include "base/err.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "base/str.h"
#include "cmd/command.h"
#include "ns/init.h"
#include "ns/limits.h"
#include "run/lab.h"
#include "run/lab_id.h"
#include "run/rites.h"
#include "run/wires.h"
#include "spec/errors.h"
#include "spec/place.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "topo/topo.h"

/** struct shell - what the lab's runner is told */
struct shell {
	struct topology *topology;
	size_t host;
	char *const *argv;
	struct owner owner;
	int exe_fd;
	unsigned int lab_id;
};

/* every shell sees the names as its host does; one file will do here */
static int write_hosts(const struct topo *topo, size_t host, struct err *err)
{
	SCOPED_STR struct str text = {0};

	topo_hosts_file(topo, host, &text);
	return file_write(AT_FDCWD, "/dev/shm/hosts", str_text(&text), text.len,
			  err);
}

static int wait_for(const struct launched *program)
{
	int status = 0;
	int wstatus;

	while (waitpid(program->pid, &wstatus, 0) < 0)
		if (errno != EINTR)
			return EXIT_CODE_ENVIRONMENT;
	if (WIFSIGNALED(wstatus))
		status = EXIT_CODE_SIGNAL + WTERMSIG(wstatus);
	else
		status = WEXITSTATUS(wstatus);
	return status;
}

/* as shells do, POSIX 2.8.2: 127 if there is no such command, 126 if it cannot
 * be executed */
static enum exit_code launch_status(int code)
{
	switch (-code) {
	case ENOENT:
	case ENOTDIR:
		return EXIT_CODE_NO_COMMAND;
	case EACCES:
	case ENOEXEC:
		return EXIT_CODE_CANNOT_EXECUTE;
	default:
		return EXIT_CODE_ENVIRONMENT;
	}
}

/* in a lab whose links do what they are to do */
static int shell_in_host(const struct shell *shell, const struct topo *topo)
{
	const struct launch_env env = {.exe_fd = shell->exe_fd,
				       .uid = shell->owner.uid,
				       .gid = shell->owner.gid,
				       .may_setgroups = true};
	const struct launch launch = {
		.netns_fd = topo_host_netns(topo, shell->host),
		.hostname = shell->topology->hosts[shell->host].name,
		.hosts_file = "/dev/shm/hosts",
		.argv = shell->argv,
		.terminal = true,
	};
	struct launched program;
	struct err err = {0};

	if (write_hosts(topo, shell->host, &err) < 0)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	if (launch_start(&env, &launch, &program, &err) < 0)
		return command_failed(&err, launch_status(err.code));
	return wait_for(&program);
}

static int shell_in_lab(void *arg, struct ns_runner *self)
{
	const struct shell *shell = arg;
	/* without a story: what carries the frames asks for no more */
	const struct scenario scenario = {.topology = shell->topology};
	struct lab lab = {.scenario = &scenario};
	SCOPED_FREE enum wire_backend *backends = wires_choose(&scenario);
	const uint64_t seed = (uint64_t)clock_wall_ns();
	const struct topo_config config = {
		.lab_id = shell->lab_id,
		.hold = rites_hold,
		.arg = self,
		.backends = backends,
		.seed = seed,
	};
	struct err err = {0};
	int status;

	/* Ctrl-C is for the program on the terminal */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	lab.topo = topo_build(shell->topology, &config, &err);
	if (!lab.topo)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	if (wires_start(&lab, seed, &err) < 0)
		status = command_failed(&err, EXIT_CODE_ENVIRONMENT);
	else
		status = shell_in_host(shell, lab.topo);
	wires_close(&lab);
	vec_done(&lab.wires.links);
	topo_free(lab.topo);
	return status;
}

static int run_lab(struct shell *shell)
{
	struct err err = {0};
	SCOPED_FD int owner = ns_owner_open(&err);
	SCOPED_FD int exe = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	SCOPED_FD int lock = -1;
	struct ns_init init = {
		.owner_pidfd = owner,
		.main = shell_in_lab,
		.arg = shell,
		.last_rites = rites_last,
		.keep_fds = &exe,
		.n_keep_fds = 1,
	};
	struct launched lab = {0};
	int exe_errno = -errno; /* if it could not be opened */

	if (owner < 0)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	if (exe < 0) {
		(void)err_sys(&err, exe_errno, "/proc/self/exe");
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	}
	shell->exe_fd = exe;
	shell->lab_id = lab_id_take(0, &lock);
	(void)limits_raise_nofile(NULL); /* a small lab needs no more */
	lab.pid = ns_init_start(&init, &err);
	if (lab.pid < 0)
		return command_failed(&err, EXIT_CODE_ENVIRONMENT);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	return wait_for(&lab);
}

static int unknown_host(const struct topology *topology, const char *name)
{
	SCOPED_FREE const char **names = NULL;
	SCOPED_STR struct str all = {0};
	const char *near;

	names = mem_new(const char *, topology->n_hosts);
	for (size_t i = 0; i < topology->n_hosts; i++) {
		names[i] = topology->hosts[i].name;
		if (i < 8)
			str_addf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	near = names_nearest(names, topology->n_hosts, name);
	if (near)
		return command_misused(&command_shell,
				       "no host '%s': did you mean '%s'?", name,
				       near);
	return command_misused(&command_shell, "no host '%s': there are %s",
			       name, str_text(&all));
}

/* SHELL is the caller's own and may be anything; /bin/sh is always there */
static char **shell_argv(void)
{
	static char *argv[] = {NULL, NULL};
	static char sh[] = "/bin/sh";
	char *own = getenv("SHELL");

	argv[0] = own && own[0] == '/' && access(own, X_OK) == 0 ? own : sh;
	return argv;
}

/* a file, or else a name as scenarios have it */
static struct topology *load(const char *word, struct spec_errors *errors,
			     struct err *err)
{
	SCOPED_FREE char *found = NULL;

	if (strchr(word, '/') || access(word, F_OK) == 0)
		return topology_load(word, errors);
	found = place_topology_named(word, "");
	if (found)
		return topology_load(found, errors);
	(void)err_set(err, -ENOENT, "there is no topology '%s'", word);
	err_remedy(
		err,
		"looked for the file %s, and for topologies/%s.yaml here, in "
		"the folders above, and where tcplab is installed",
		word, word);
	return NULL;
}

static int shell_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct spec_errors errors = {0};
	struct shell shell = {.owner = command_owner()};
	struct topology *topology;
	struct err err = {0};
	const char *name;
	int status;
	int host;
	int opt;

	while ((opt = getopt_long(argc, argv, "+h", options, NULL)) != -1)
		return opt == 'h'
			       ? command_help(&command_shell)
			       : command_refused(&command_shell, argv, options);
	if (argc - optind < 2)
		return command_misused(&command_shell,
				       "a topology and a host are needed");
	topology = load(argv[optind], &errors, &err);
	if (!topology) {
		status = err.code ? command_failed(&err, EXIT_CODE_USAGE)
				  : command_bad_spec(&errors);
		spec_errors_done(&errors);
		return status;
	}
	name = argv[optind + 1];
	host = topology_host(topology, name);
	argv += optind + 2;
	if (*argv && strcmp(*argv, "--") == 0)
		argv++;
	shell.argv = *argv ? argv : shell_argv();
	shell.topology = topology;
	shell.host = (size_t)host;
	status = host < 0 ? unknown_host(topology, name) : run_lab(&shell);
	topology_free(topology);
	spec_errors_done(&errors);
	return status;
}

const struct command command_shell = {
	.name = "shell",
	.usage = "shell TOPOLOGY HOST [-- COMMAND [ARGUMENT]...]",
	.summary = "a shell, or a command, in a host of a live lab",
	.help = "The topology is built, the shell runs in HOST without "
		"privileges,\n"
		"and all of it is gone when the shell exits. The other hosts "
		"are\n"
		"there and answer; their names resolve. HOST is a name of the "
		"file;\n"
		"TOPOLOGY is the file, or a name that is looked for as "
		"scenarios do:\n"
		"topologies/NAME.yaml here, in the folders above, or where "
		"tcplab is\n"
		"installed. The exit status is the command's; 127 if there is "
		"no such\n"
		"command, 126 if it cannot be executed.\n\n"
		"Examples:\n"
		"  tcplab shell pair client\n"
		"  tcplab shell topologies/router.yaml client -- ip route\n",
	.main = shell_main,
};
