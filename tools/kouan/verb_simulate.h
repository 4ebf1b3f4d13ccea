#pragma once
/* `kouan simulate`: the days ahead, by the script tools/simulate with the build this program is of.
 * Comes back only when the script cannot be run. */
int simulate_main(int argument_count, char **arguments);
