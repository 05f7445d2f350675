/*
 * main.c - the command line: find the subcommand and run it
 */
int main(void)
{
	return 0;
}
