/** Until there are tenants, everything belongs to the one namespace that exists. */
export const NAMESPACE = 1;
