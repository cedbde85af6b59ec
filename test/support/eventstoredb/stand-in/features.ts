import type { IServerFeaturesServer } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js'

/** As the real server's, batch append included. */
export const featureCalls: Pick<IServerFeaturesServer, 'getSupportedMethods'> = {
  getSupportedMethods: (_, answer) => {
    const methods = ['read', 'append', 'batchappend'].map((name) =>
      new serverFeatures.SupportedMethod()
        .setServiceName('event_store.client.streams.streams')
        .setMethodName(name),
    )
    answer(
      null,
      new serverFeatures.SupportedMethods().setEventStoreServerVersion('24.10.0').setMethodsList(methods),
    )
  },
}
