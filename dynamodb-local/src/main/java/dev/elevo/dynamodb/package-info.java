/** How DynamoDB Local is started, in its own process: nothing here may need anything of ours. */
package dev.elevo.dynamodb;
