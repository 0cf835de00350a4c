/** What is read of CloudWatch alarms, which decide whether a rollout may go on. */
package org.servicerollouts.alarms;
