/*
 * scope.c - release what a scope owned
 */
#include "base/scope.h"

#include <errno.h>
#include <string.h>

void scope_close(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd); /* Linux releases it whatever it returns */
	errno = saved;
}

void scope_free(void *variable)
{
	void *block;

	/* the variable may have any pointer type: read it as bytes */
	memcpy(&block, variable, sizeof(block));
	free(block);
}

void scope_fclose(FILE **file)
{
	int saved = errno;

	if (*file)
		(void)fclose(*file); /* writers check ferror() before this */
	errno = saved;
}

void scope_closedir(DIR **dir)
{
	int saved = errno;

	if (*dir)
		(void)closedir(*dir); /* fails only on a bad stream */
	errno = saved;
}
