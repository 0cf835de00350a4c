/**
 * The deployed system in one process on 127.0.0.1: the same handlers behind stand-ins for API
 * Gateway, DynamoDB, EventBridge and Lambda that do to requests, records and events what AWS does.
 */
package org.servicerollouts.local;
