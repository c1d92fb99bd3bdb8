/** Each page is a bundle of its own: a visitor of the shop does not load the checkout. */
import { createRouter, createWebHistory } from 'vue-router'
import { focusAfterNavigation } from './composables/focus-after-navigation.ts'
import { textOf } from './composables/query-text.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title in the locale files, where its contents have none. */
    title: string
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      name: 'home',
      component: () => import('./pages/home-page.vue'),
      meta: { title: 'home.pageTitle' },
    },
    {
      path: '/c/:category?',
      name: 'category',
      component: () => import('./pages/category-page.vue'),
      props: ({ params }) => ({ category: textOf(params['category']) }),
      meta: { title: 'category.all' },
    },
    {
      path: '/search',
      name: 'search',
      component: () => import('./pages/search-page.vue'),
      meta: { title: 'search.pageTitle' },
    },
    {
      path: '/p/:sku',
      name: 'product',
      component: () => import('./pages/product-page.vue'),
      props: true,
      meta: { title: 'shop.shop' },
    },
    {
      path: '/basket',
      name: 'basket',
      component: () => import('./pages/basket-page.vue'),
      meta: { title: 'basket.pageTitle' },
    },
    {
      path: '/checkout',
      name: 'checkout',
      component: () => import('./pages/checkout-page.vue'),
      meta: { title: 'checkout.pageTitle' },
    },
    {
      path: '/orders',
      name: 'orders',
      component: () => import('./pages/orders-page.vue'),
      meta: { title: 'orders.pageTitle' },
    },
    {
      path: '/orders/:id',
      name: 'order',
      component: () => import('./pages/order-page.vue'),
      props: true,
      meta: { title: 'order.pageTitle' },
    },
    {
      path: '/follow/:id',
      name: 'follow',
      component: () => import('./pages/follow-page.vue'),
      props: ({ params, hash }) => ({
        id: textOf(params['id']),
        followKey: new URLSearchParams(hash.slice(1)).get('key') ?? '',
      }),
      meta: { title: 'follow.pageTitle' },
    },
    {
      path: '/:rest(.*)*',
      name: 'not-found',
      component: () => import('./pages/not-found-page.vue'),
      meta: { title: 'notFound.pageTitle' },
    },
  ],
  // What is typed into the search changes the address, and not the place.
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})

focusAfterNavigation(router)
